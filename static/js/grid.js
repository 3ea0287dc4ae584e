/* A column pasted into a cell of a form with data-grid goes on into the cells below; a button with
   data-copy puts its words into a cell without asking the server. Both work without this, by a
   text box and by the same button. */
"use strict";

function put(cell, words) {
  cell.value = words;
  cell.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const form of document.querySelectorAll("form[data-grid]")) {
  form.addEventListener("paste", (event) => {
    if (!event.target.matches("[data-cell]")) return;
    const lines = event.clipboardData.getData("text").replace(/\r\n?/g, "\n").replace(/\n+$/, "").split("\n");
    if (lines.length < 2) return;
    event.preventDefault();
    const cells = [...form.querySelectorAll("[data-cell]")];
    const first = cells.indexOf(event.target);
    lines.forEach((line, place) => {
      const cell = cells[first + place];
      const words = line.split("\t")[0].trim();
      if (cell && words) put(cell, words);
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
