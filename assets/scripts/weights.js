/* The sum of the weights of a grid while they are typed; the server adds them up again. */
const hundredths = (text) => {
  const found = text.trim().replace(",", ".").match(/^\d+(\.\d{1,2})?$/);
  return found ? Math.round(Number(found[0]) * 100) : 0;
};

export const startWeights = () => {
  const place = document.querySelector("[data-weight-sum]");
  if (!place) return;
  const fields = [...document.querySelectorAll("[data-weight]")];
  const show = () => {
    const sum = fields.reduce((total, field) => total + hundredths(field.value), 0);
    place.textContent = (sum / 100).toLocaleString(document.documentElement.lang);
    place.classList.toggle("is-off", sum !== Number(place.dataset.whole) * 100);
  };
  fields.forEach((field) => field.addEventListener("input", show));
  show();
};
