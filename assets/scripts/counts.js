/* Live count of a long text, counted as the server counts: one character for a line's end, composed letters, code points. */

function lengthOf(text) {
  return [...text.replace(/\r\n?/g, "\n").normalize("NFC")].length;
}

function startCount(area) {
  const shown = document.getElementById(`${area.id}-count`);
  const spoken = shown.parentElement.querySelector("[data-count-spoken]");
  const most = Number(area.dataset.count);
  const show = () => {
    const left = most - lengthOf(area.value);
    const pattern = left < 0 ? shown.dataset.over : shown.dataset.left;
    shown.textContent = pattern.replace("{count}", Math.abs(left).toLocaleString(document.documentElement.lang));
    shown.classList.toggle("too-long", left < 0);
  };
  let pause;
  area.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => (spoken.textContent = shown.textContent), 1200);
  });
  show();
}

export function startCounts() {
  document.querySelectorAll("textarea[data-count]").forEach(startCount);
  document.addEventListener("fresh", (event) => event.target.querySelectorAll("textarea[data-count]").forEach(startCount));
}
