/* The total of a score sheet while marks are chosen: the points of each mark come from the server, in whole hundredths. */

function show(form, place) {
  const { pattern, maximum, criteria } = place.dataset;
  const chosen = [...form.querySelectorAll(".criterion input[type='radio']:checked")].filter((mark) => mark.value);
  const sum = chosen.reduce((total, mark) => total + Number(mark.dataset.points ?? 0), 0);
  const points = (hundredths) => (hundredths / 100).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 });
  place.textContent = pattern
    .replace("{points}", points(sum))
    .replace("{maximum}", points(Number(maximum)))
    .replace("{given}", chosen.length)
    .replace("{criteria}", criteria);
}

export function startScores() {
  document.querySelectorAll("[data-running-total]").forEach((place) => {
    const form = place.closest("form");
    form.addEventListener("change", () => show(form, place));
    form.addEventListener("fresh", () => show(form, place));
    show(form, place);
  });
}
