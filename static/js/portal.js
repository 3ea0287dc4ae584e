/* Small comforts for pages that work without them. */
"use strict";

/* After a form was refused, the reader starts at the list of what to mend. */
const summary = document.querySelector("[data-error-summary]");
if (summary) summary.focus();

/* What stands beside results is open where there is room, also in browsers whose styles cannot say so. */
const openDrawers = () => {
  if (!window.matchMedia("(min-width: 62rem)").matches) return;
  for (const drawer of document.querySelectorAll("details.filter-drawer")) drawer.open = true;
};
openDrawers();

/* What a reader folded or unfolded stays so when htmx brings new results. */
const folded = new Map();
document.addEventListener("htmx:beforeSwap", () => {
  for (const one of document.querySelectorAll("details[data-keep-open]")) folded.set(one.dataset.keepOpen, one.open);
});
document.addEventListener("htmx:afterSwap", () => {
  for (const one of document.querySelectorAll("details[data-keep-open]")) {
    if (folded.has(one.dataset.keepOpen)) one.open = folded.get(one.dataset.keepOpen);
  }
  openDrawers();
});

/* A filter takes effect when it is ticked; where htmx answers, it does this itself. */
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-auto-submit]:not([hx-get])");
  if (form && event.target.matches("input[type=checkbox], input[type=radio], select")) {
    form.requestSubmit();
  }
});

/* One press, one request. The button comes back when the page does. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* Whoever leaves a half-written form is asked first. */
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-guard]");
  if (form) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
document.addEventListener("portal:saved", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});
