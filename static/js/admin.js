/* Names for what the stock staff screens leave nameless, as soon as it is drawn: the help of lists
   for choosing several, the fields of rows in a table, and the lists that search as one types; and other small mends. */
"use strict";

const textOf = (element) => (element ? element.textContent.trim().replace(/:$/, "") : "");

function nameHelp() {
  for (const help of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
    help.setAttribute("role", "img");
  }
}

/* A field in a table of rows is named by the head of its column and the number of its row. */
function nameRows() {
  const fields = ".tabular tr.form-row td :is(input:not([type=hidden]), select, textarea):not([aria-label])";
  for (const field of document.querySelectorAll(fields)) {
    const cell = field.closest("td");
    const row = cell.parentElement;
    const rows = [...row.parentElement.querySelectorAll("tr.form-row")];
    const cells = [...row.children].filter((child) => !child.classList.contains("original"));
    const heads = row.closest("table").querySelectorAll("thead th:not(.original)");
    const head = textOf(heads[cells.indexOf(cell)]) || textOf(row.closest("fieldset").querySelector("h2"));
    if (head && !(field.labels && field.labels.length)) {
      field.setAttribute("aria-label", `${head}, ${rows.indexOf(row) + 1}`);
    }
  }
}

/* A field in a list of rows is named by the head of its column and what its row is called. */
function nameCells() {
  for (const field of document.querySelectorAll("#result_list td :is(input[type=text], input[type=number], select):not([aria-label])")) {
    const cell = field.closest("td");
    const row = cell.parentElement;
    const head = textOf(row.closest("table").querySelectorAll("thead th")[[...row.children].indexOf(cell)]);
    if (head) field.setAttribute("aria-label", `${head}, ${textOf(row.querySelector("th"))}`);
  }
}

/* What is drawn over a list that searches is named as the list under it. */
function nameSearches() {
  for (const box of document.querySelectorAll(".select2-container:not([data-named])")) {
    const list = box.previousElementSibling;
    if (!list || !list.matches("select")) continue;
    const name = list.getAttribute("aria-label") || textOf(list.labels && list.labels[0]);
    if (!name) continue;
    box.dataset.named = "";
    const shown = box.querySelector(".select2-selection");
    if (shown) {
      shown.removeAttribute("aria-labelledby");
      shown.setAttribute("aria-label", name);
    }
    for (const part of box.querySelectorAll(".select2-search__field, .select2-selection__rendered[role]")) {
      part.setAttribute("aria-label", name);
    }
  }
  for (const field of document.querySelectorAll(".select2-dropdown .select2-search__field:not([aria-label])")) {
    field.setAttribute("aria-label", document.activeElement?.getAttribute("aria-label") || field.type);
  }
}

/* The cross that empties a list stands beside the list, since only list items may stand in it. */
function moveCrosses() {
  for (const cross of document.querySelectorAll("ul > .select2-selection__clear")) {
    cross.parentElement.before(cross);
  }
}

/* On a page to be read alone, a row that says "-" says nothing. */
function leaveOutEmptyRows() {
  if (document.querySelector(".submit-row [name=_save]")) return;
  for (const row of document.querySelectorAll("#content-main fieldset .form-row:not([hidden])")) {
    const values = [...row.querySelectorAll(".readonly")];
    if (values.length && values.every((value) => ["", "-"].includes(value.textContent.trim()))) row.hidden = true;
  }
}

/* What scrolls by itself can be reached by keyboard; its name is the heading it has. */
function reachTables() {
  for (const part of document.querySelectorAll(".inline-group .tabular > fieldset:not([tabindex])")) {
    if (part.scrollWidth > part.clientWidth) part.setAttribute("tabindex", "0");
  }
}

function mend() {
  nameHelp();
  nameRows();
  nameCells();
  nameSearches();
  moveCrosses();
  reachTables();
  leaveOutEmptyRows();
}
new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
window.addEventListener("resize", reachTables);
mend();
