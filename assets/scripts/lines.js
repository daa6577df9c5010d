/* Without a line nothing typed is lost: a form stays where it is until the portal can be reached, and who leaves
   a page with something unsaved is asked. Nothing is stored on the device. */

const PATIENCE = 5000;
const LONG = "textarea, input[type='file']";
const TYPED = "input:not([type='hidden']), select, textarea";
const MANY = 4;

const isLong = (form) => form.querySelector(LONG) || form.querySelectorAll(TYPED).length >= MANY;

/* A short question to the portal tells whether the form would arrive. Slowness is no reason not to send. */
async function reaches() {
  if (!navigator.onLine) return false;
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    await fetch("/healthz", { method: "HEAD", cache: "no-store", signal: patience.signal });
    return true;
  } catch {
    return patience.signal.aborted;
  } finally {
    clearTimeout(timer);
  }
}

function addPlace(form) {
  const place = document.createElement("p");
  place.setAttribute("role", "status");
  form.append(place);
  return place;
}

function watch(form) {
  const place = addPlace(form);
  const words = document.body.dataset;
  const say = (isOff) => {
    place.textContent = isOff ? words.lineOff : place.textContent && words.lineOn;
    place.className = place.textContent && (isOff ? "notice tone-warning" : "notice tone-ok");
  };
  let unsaved = "unsaved" in form.dataset;
  let reached = false;
  let asking = false;
  form.addEventListener("input", () => (unsaved = true));
  form.addEventListener("kept", () => (unsaved = false)); // saved by itself
  form.addEventListener(
    "submit",
    async (event) => {
      if (reached) {
        unsaved = reached = false;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      if (asking) return;
      asking = true;
      reached = await reaches();
      asking = false;
      say(!reached);
      if (reached) form.requestSubmit(event.submitter);
    },
    { capture: true },
  );
  window.addEventListener("beforeunload", (event) => {
    if (unsaved) event.preventDefault();
  });
  window.addEventListener("offline", () => say(true));
  window.addEventListener("online", () => say(false));
}

export function startLines() {
  document.querySelectorAll("main form[method='post']").forEach((form) => {
    if (isLong(form) || "unsaved" in form.dataset) watch(form);
  });
}
