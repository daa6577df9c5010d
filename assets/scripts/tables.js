/* Tables one fills in: a row more, a row less, without a new page. Sums come from the server with the next saving. */

const NUMBERED = ["name", "id", "value", "data-row", "aria-describedby"];
const rowsOf = (table) => [...table.querySelectorAll("tbody tr")];

function freshRow(table) {
  const row = table.querySelector("[data-row-template]").content.cloneNode(true).firstElementChild;
  const number = Math.max(-1, ...rowsOf(table).map((each) => Number(each.dataset.row))) + 1;
  for (const part of [row, ...row.querySelectorAll("*")]) {
    for (const name of NUMBERED) {
      if (part.hasAttribute(name)) part.setAttribute(name, part.getAttribute(name).replace("ROW", number));
    }
    if (part.hasAttribute("aria-label")) part.setAttribute("aria-label", part.getAttribute("aria-label").replace("ROW", number + 1));
  }
  const hidden = row.querySelector("[data-remove-row] .visually-hidden");
  if (hidden) hidden.textContent = hidden.textContent.replace("ROW", number + 1);
  return row;
}

function add(table) {
  if (rowsOf(table).length >= Number(table.dataset.most)) return;
  const row = freshRow(table);
  table.querySelector("tbody").append(row);
  row.querySelector("input, select")?.focus();
}

function remove(table, row) {
  const next = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  if (!rowsOf(table).length) add(table);
  (next || rowsOf(table)[0]).querySelector("input, select")?.focus();
  table.dispatchEvent(new Event("answer", { bubbles: true }));
}

export function startTables() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-add-row], [data-remove-row]");
    const table = button?.closest("[data-table]");
    if (!table) return;
    event.preventDefault();
    if (button.hasAttribute("data-add-row")) add(table);
    else remove(table, button.closest("tr"));
  });
}

/* What is computed in each row: the server speaks of the rows in which something stands, in their order. */
export function showCells(form, cells) {
  for (const [key, rows] of Object.entries(cells)) {
    const table = form.querySelector(`[data-table="${key}"]`);
    const filled = table ? rowsOf(table).filter((row) => [...row.querySelectorAll("input, select")].some((each) => each.value.trim())) : [];
    filled.forEach((row, index) => {
      for (const [column, text] of Object.entries(rows[index] || {})) row.querySelector(`[data-cell="${column}"]`).textContent = text;
    });
  }
}
