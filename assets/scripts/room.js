/* The room of the committee: notes are kept after a pause in typing; Alt with a letter presses the button that names it. */
const PAUSE = 1500;

function keepNotes(place) {
  const form = place.closest("form");
  const notes = form.elements.notes;
  const state = place.querySelector("[data-notes-state]");
  let timer = 0;
  let busy = false;

  async function keep() {
    if (busy) return later();
    busy = true;
    const text = notes.value;
    const answer = await fetch(place.dataset.notes, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    busy = false;
    if (!answer?.ok) return (state.textContent = place.dataset.unsaved);
    const facts = await answer.json();
    form.elements.version.value = facts.version;
    state.textContent = place.dataset.saved.replace("{time}", facts.saved_at);
    if (notes.value !== text) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  notes.addEventListener("input", later);
  form.addEventListener("submit", () => clearTimeout(timer));
}

function pressByKey(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const button = document.querySelector(`button[data-key="${CSS.escape(event.code.replace("Key", "").toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();
  button.form.requestSubmit(button);
}

export function startRoom() {
  document.querySelectorAll("[data-notes]").forEach(keepNotes);
  if (document.querySelector("button[data-key]")) document.addEventListener("keydown", pressByKey);
}
