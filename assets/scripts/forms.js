/* Forms: the error summary takes the focus, a form is sent once, filters apply at once, Ctrl+Enter sends. */

const PATIENCE = 30000;

function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-disabled='true']").forEach((button) => button.removeAttribute("aria-disabled"));
}

/* The button that was pressed goes along with the form, so it is only marked; further presses are stopped instead.
   After a while it works again, for who stopped the page from loading; the server takes the same form once anyway. */
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    event.submitter?.setAttribute("aria-disabled", "true");
    setTimeout(() => free(form), PATIENCE);
  });
}

function sendByKeys(form) {
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button[type='submit']"));
  });
}

/* A link of the error summary puts the focus in its field, not only the field in view. */
function followErrors(summary) {
  summary.focus();
  summary.addEventListener("click", (event) => {
    const hash = event.target.closest("a")?.hash;
    const field = hash && document.getElementById(decodeURIComponent(hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    field.focus({ preventScroll: true });
    (field.closest(".portal-field, .portal-fieldset") || field).scrollIntoView({ block: "start" });
  });
}

export function startForms() {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) followErrors(summary);
  document.querySelectorAll("form[method='post']:not([data-once='off'])").forEach(sendOnce);
  document.querySelectorAll("form[data-shortcut]").forEach(sendByKeys);
  document.querySelectorAll("select[data-autosubmit]").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });
  // Coming back with the browser's button shows the page as it was left: its forms can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(free);
  });
}
