/* How many of the questions folded away something is asked about: the number behind their title. */

export function startChosen() {
  document.querySelectorAll("[data-chosen-in]").forEach((part) => {
    const shown = part.querySelector("[data-chosen]");
    const choices = [...part.querySelectorAll("select")];
    part.addEventListener("change", () => (shown.textContent = choices.filter((each) => each.value).length));
  });
}
