/* What stands typed in one question, what the page knows of it, and how it comes anew from the server. */

const isSent = (control) => control.name && !["file", "submit", "button"].includes(control.type) && !control.disabled;
const isChosen = (control) => !["radio", "checkbox"].includes(control.type) || control.checked;

/* Lines end as in a form that is sent, so that both ways store the same. */
function controlsOf(box) {
  const controls = [...box.querySelectorAll("input, select, textarea")].filter((each) => isSent(each) && isChosen(each));
  return controls.map((each) => [each.name, each.value.replace(/\r\n?|\n/g, "\r\n")]);
}

export const asText = (values) => JSON.stringify(values.filter(Boolean));
export const textOf = (box) => asText(controlsOf(box).map(([, value]) => value));

export function answerOf(form, box) {
  return new URLSearchParams([["csrf_token", form.elements.csrf_token.value], ["seen", box.dataset.seen], ...controlsOf(box)]);
}

/* The form as a whole carries what the page knows of each answer: `key:version.mark key:version.mark`. */
export function know(form, box, seen) {
  const key = box.dataset.question;
  const others = form.elements.version.value.split(" ").filter((part) => part && !part.startsWith(`${key}:`));
  box.dataset.seen = seen;
  form.elements.version.value = [...others, `${key}:${seen}`].join(" ");
}

async function freshPage() {
  const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

/* Who signed in again in another tab has a new token: the page takes it over. */
export async function freshToken(form) {
  const page = await freshPage().catch(() => null);
  const token = page?.querySelector(`#${form.id} [name='csrf_token']`)?.value;
  if (token) form.elements.csrf_token.value = token;
  return Boolean(token);
}

/* Put the question as it is saved now in the place of what stands in the page. */
export async function freshBox(form, box) {
  const page = await freshPage().catch(() => null);
  const fresh = page?.querySelector(`[data-question="${box.dataset.question}"]`);
  if (!fresh) return false;
  box.replaceChildren(...fresh.childNodes);
  know(form, box, fresh.dataset.seen);
  box.dispatchEvent(new Event("fresh", { bubbles: true }));
  return true;
}
