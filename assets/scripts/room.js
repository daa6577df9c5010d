/* The room of the committee: notes are kept after a pause in typing; Alt with a letter presses the button that names it. */
const PAUSE = 1500;

function keepNotes(place) {
  const form = place.closest("form");
  const notes = form.elements.notes;
  const state = place.querySelector("[data-notes-state]");
  let timer = 0;
  let work = null;

  async function save() {
    const text = notes.value;
    const answer = await fetch(place.dataset.notes, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return (state.textContent = place.dataset.unsaved);
    const facts = await answer.json();
    document.querySelectorAll("input[name='version']").forEach((known) => (known.value = facts.version));
    state.textContent = place.dataset.saved.replace("{time}", facts.saved_at);
    if (notes.value !== text) later();
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  function keep() {
    if (work) return later();
    work = save().finally(() => (work = null));
  }

  /* The form waits for what is on its way: else it would meet our own words as somebody else's. */
  async function leave(event) {
    clearTimeout(timer);
    if (!work) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    await work;
    form.requestSubmit(event.submitter);
  }

  notes.addEventListener("input", later);
  form.addEventListener("submit", leave, { capture: true });
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
