/* How long is left to a deadline, in words, from the clock of the portal (the page's own, where it gives one). */

const MINUTE = 60000;
const NEAR = 7 * 24 * 60 * MINUTE;

function wordsFor(milliseconds, units) {
  const minutes = Math.max(1, Math.ceil(milliseconds / MINUTE));
  const parts = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  return parts
    .map((count, index) => (count ? `${count} ${units[index * 2 + (count === 1 ? 0 : 1)]}` : ""))
    .filter(Boolean)
    .slice(0, 2);
}

function show(place, now) {
  const { deadline, units, pattern, joint, over } = place.dataset;
  const left = Date.parse(deadline) - now;
  const [first, second] = wordsFor(left, units.split("|"));
  const time = second ? joint.replace("{first}", first).replace("{second}", second) : first;
  place.classList.toggle("deadline-near", left < NEAR);
  place.textContent = left > 0 ? `(${pattern.replace("{time}", time)})` : `(${over})`;
}

export function startDeadlines() {
  const places = [...document.querySelectorAll("[data-deadline]")];
  if (!places.length) return;
  const stated = Date.parse(document.documentElement.dataset.now);
  const shift = Number.isNaN(stated) ? 0 : stated - Date.now();
  const showAll = () => places.forEach((place) => show(place, Date.now() + shift));
  showAll();
  setInterval(showAll, MINUTE);
}
