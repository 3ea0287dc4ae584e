/* One more row in a form, from the <template> that stands beside its rows. Without scripts, blank
   rows are offered each time the form is saved. */
"use strict";

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

for (const rows of document.querySelectorAll("[data-rows]")) {
  const add = rows.querySelector("[data-rows-add]");
  const total = rows.querySelector(`input[name="${rows.dataset.rows}-TOTAL_FORMS"]`);
  const template = rows.querySelector("template");
  if (!add || !total || !template) continue;
  add.hidden = false;
  add.querySelector("button").addEventListener("click", () => {
    const number = Number(total.value);
    const row = template.content.firstElementChild.cloneNode(true);
    row.innerHTML = row.innerHTML.replaceAll("__prefix__", number).replaceAll("__number__", number + 1);
    const key = row.querySelector(`input[name="${rows.dataset.rows}-${number}-key"]`);
    if (key) key.value = newKey();
    rows.querySelector(".formset").append(row);
    total.value = number + 1;
    row.querySelector("input:not([type=hidden]), textarea, select")?.focus();
  });
}
