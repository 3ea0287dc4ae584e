/* Counts what is typed in a field with data-limit="…", as the server does: characters, not the units
   of the browser's memory (an emoji is one, what is joined of several is several), without white space
   at either end; a line break counts as data-limit-break says. Nothing is cut off. */
"use strict";

const NEAR = 0.9;

function used(field) {
  const text = field.value.trim();
  const breaks = (Number(field.dataset.limitBreak) - 1) * (text.split("\n").length - 1);
  return [...text].length + breaks;
}

function count(field) {
  let counter = field.nextElementSibling;
  if (!counter || !counter.matches("[data-counter]")) {
    counter = document.createElement("p");
    counter.className = "counter";
    counter.dataset.counter = "";
    field.after(counter);
  }
  const most = Number(field.dataset.limit);
  const number = used(field);
  const told = new Intl.NumberFormat(document.documentElement.lang || undefined);
  /* It is said aloud only where it matters. */
  if (number > NEAR * most) counter.setAttribute("role", "status");
  else counter.removeAttribute("role");
  counter.hidden = number <= NEAR * most && field.tagName !== "TEXTAREA";
  counter.toggleAttribute("data-over", number > most);
  counter.textContent = field.dataset.limitWords
    .replace("{used}", told.format(number)).replace("{most}", told.format(most));
}

for (const field of document.querySelectorAll("[data-limit]")) count(field);
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-limit]")) count(event.target);
});
