/* The page of a score sheet: number keys on the marks, which can be turned off, and two panes one by one on small screens. */

const KEPT = "number-keys";

function markByKey(form, toggle) {
  form.addEventListener("keydown", (event) => {
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (!toggle.checked || !isPlain || event.target.type !== "radio") return;
    const wanted = event.key.toLowerCase() === "n" ? "na" : event.key;
    const box = event.target.closest(".criterion");
    const mark = box && [...box.querySelectorAll("input[type='radio']")].find((each) => each.value && each.value === wanted);
    if (!mark) return;
    event.preventDefault();
    mark.checked = true;
    mark.focus();
    mark.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

function startKeys(help) {
  const toggle = help.querySelector("input");
  help.hidden = false;
  toggle.checked = localStorage.getItem(KEPT) !== "off";
  toggle.addEventListener("change", () => localStorage.setItem(KEPT, toggle.checked ? "on" : "off"));
  markByKey(help.closest("form"), toggle);
}

/* Without a script both panes stand one below the other, and the links lead to them. */
function startPanes(tabs) {
  const links = [...tabs.querySelectorAll("a")];
  const panes = document.querySelector(".sheet-panes");
  const show = (link) => {
    panes.dataset.shown = link.hash.slice(1);
    links.forEach((each) => (each === link ? each.setAttribute("aria-current", "true") : each.removeAttribute("aria-current")));
  };
  links.forEach((link) => link.addEventListener("click", () => show(link)));
  const isWork = document.querySelector("[data-error-summary], .portal-callout") || (location.hash && location.hash !== links[0].hash);
  show(links[isWork ? 1 : 0]);
}

export function startSheets() {
  document.querySelectorAll("[data-keys]").forEach(startKeys);
  document.querySelectorAll("[data-panes]").forEach(startPanes);
}
