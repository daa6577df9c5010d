/* What one answer changes elsewhere on the page: questions that appear, sums, problems. All of it comes from the server. */
import { showCells } from "./tables.js";

function showError(box, message) {
  const control = box.querySelector("input:not([type='hidden']), select, textarea");
  const place = box.querySelector("[data-live-error]");
  box.querySelectorAll(".field-error").forEach((error) => error.remove());
  box.querySelectorAll(".has-error").forEach((field) => field.classList.remove("has-error"));
  place.textContent = message || "";
  box.querySelectorAll("[aria-invalid]").forEach((each) => each.removeAttribute("aria-invalid"));
  if (!message || box.querySelector("[data-table]")) return; // of a table the words name the cell
  control?.setAttribute("aria-invalid", "true");
  control?.setAttribute("aria-errormessage", place.id);
}

const fill = (form, name, texts) =>
  Object.entries(texts).forEach(([key, text]) => {
    form.querySelectorAll(`[data-${name}="${key}"]`).forEach((place) => (place.textContent = text));
  });

export function showLive(form, box, facts) {
  showError(box, facts.error);
  const boxOf = (key) => form.querySelector(`[data-question="${key}"]`);
  if (!facts.show) return; // a score: nothing else on the page follows from it
  facts.show.forEach((key) => boxOf(key)?.removeAttribute("hidden"));
  facts.hide.forEach((key) => boxOf(key)?.setAttribute("hidden", ""));
  fill(form, "computed", facts.computed);
  fill(form, "total", facts.totals);
  showCells(form, facts.cells);
  form.querySelectorAll("[data-problems]").forEach((place) => {
    const texts = facts.problems.filter((problem) => problem.at === place.dataset.problems);
    place.textContent = texts.map((problem) => problem.message).join(" ");
  });
}
