/* Cells pasted into a cell of a form with data-grid go on into the cells below and beside it; a button
   with data-copy puts its words into a cell without asking the server. Both work without this, by a
   text box and by the same button. */
"use strict";

function put(cell, words) {
  cell.value = words;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

/* What a spreadsheet copies: tabs between cells, quotes around those of several lines. */
function table(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const row = rows[rows.length - 1];
    const sign = text[at];
    if (quoted && sign === '"' && text[at + 1] === '"') {
      row[row.length - 1] += '"';
      at += 1;
    } else if (sign === '"' && (quoted || !row[row.length - 1])) quoted = !quoted;
    else if (!quoted && sign === "\t") row.push("");
    else if (!quoted && sign === "\n") rows.push([""]);
    else row[row.length - 1] += sign;
  }
  return rows;
}

for (const form of document.querySelectorAll("form[data-grid]")) {
  form.addEventListener("paste", (event) => {
    if (!event.target.matches("[data-cell]")) return;
    const text = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "");
    /* A cell of several lines takes them all, unless there are cells beside one another. */
    if (!text.includes(event.target.tagName === "TEXTAREA" ? "\t" : "\n")) return;
    event.preventDefault();
    const rows = [...form.querySelectorAll("tr")]
      .map((row) => [...row.querySelectorAll("[data-cell]")])
      .filter((cells) => cells.length);
    const first = rows.findIndex((cells) => cells.includes(event.target));
    const left = rows[first].indexOf(event.target);
    table(text).forEach((words, down) => {
      words.forEach((word, right) => {
        const cell = rows[first + down]?.[left + right];
        if (cell && word.trim()) put(cell, word.trim());
      });
    });
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-copy]");
    if (!button) return;
    event.preventDefault();
    const cell = document.getElementById(button.dataset.into);
    put(cell, button.dataset.copy);
    cell.focus();
  });
}
