/* A chosen file says its name and size, and warns before sending one that is too large; the server decides all the same. */

function sizeText(bytes) {
  const number = (value) => (Math.ceil(value * 10) / 10).toLocaleString(document.documentElement.lang);
  const kilobytes = Math.ceil(bytes / 1024); // counted as the server counts them
  return kilobytes < 1024 ? `${number(kilobytes)} kB` : `${number(bytes / 1024 ** 2)} MB`;
}

function startFile(input) {
  const hint = document.getElementById(`${input.id}-count`);
  const before = hint.textContent;
  const most = Number(input.dataset.maxBytes);
  input.addEventListener("change", () => {
    const files = [...input.files];
    const large = files.find((file) => file.size > most);
    const total = files.reduce((sum, file) => sum + file.size, 0);
    const facts = {
      "{name}": large ? large.name : files.map((file) => file.name).join(", "),
      "{size}": sizeText(large ? large.size : total),
      "{most}": sizeText(most),
    };
    const pattern = large ? hint.dataset.tooBig : hint.dataset.fits;
    hint.textContent = files.length ? pattern.replace(/\{\w+\}/g, (name) => facts[name]) : before;
    hint.classList.toggle("too-big", Boolean(large));
  });
  input.form?.addEventListener("submit", () => {
    if (input.files.length) hint.textContent = hint.dataset.sending;
  });
}

/* Where the browser would say in its own language that no file is chosen, the page says so. */
function showChosen(input) {
  input.closest(".file-control")?.classList.toggle("has-file", input.files.length > 0);
}

export function startFiles() {
  document.querySelectorAll(".file-control input").forEach(showChosen);
  document.addEventListener("change", (event) => {
    if (event.target.type === "file") showChosen(event.target);
  });
  document.querySelectorAll("input[type='file'][data-max-bytes]").forEach(startFile);
}
