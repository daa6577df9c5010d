/* A part of the page that waits for something slow comes anew by itself, without the page jumping. */

const EVERY = 3000;
const LONGEST = 60 * 1000;

async function renew(part) {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-renewed]");
  if (!fresh || fresh.querySelector("[data-waiting]")) return;
  part.replaceChildren(...fresh.childNodes); // a live region: the change is read out
}

export function startRenewed() {
  const part = document.querySelector("[data-waiting]")?.closest("[data-renewed]");
  if (!part) return;
  const began = Date.now();
  const timer = setInterval(async () => {
    if (document.hidden) return;
    await renew(part).catch(() => {}); // no line for a moment: the next turn tries again
    if (!part.querySelector("[data-waiting]") || Date.now() - began > LONGEST) clearInterval(timer);
  }, EVERY);
}
