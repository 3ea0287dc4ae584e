/* Single keys on the review desk, for those who turned them on: the page loads this for them alone.
   They are silent in fields, with Ctrl, Alt or Meta, and while a dialog is open. */
"use strict";

const keysDialog = document.getElementById("keys");

function follow(selector) {
  const link = document.querySelector(selector);
  if (link) link.click();
}

/* Rows of the queue, or the parts of what was submitted. */
function stops() {
  return [...document.querySelectorAll("#results .work-list .what a, [data-part] h3")];
}

function move(step) {
  const all = stops();
  if (!all.length) return;
  const inPart = document.activeElement.closest("[data-part]");
  const here = all.findIndex((one) => one === document.activeElement || (inPart && inPart.contains(one)));
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(here + step, 0), all.length - 1);
  const stop = all[next];
  if (!stop.matches("a")) stop.tabIndex = -1;
  stop.focus();
  stop.scrollIntoView({ block: stop.matches("a") ? "nearest" : "start" });
}

function remark() {
  const bar = document.querySelector("[data-selection-bar]:not([hidden]) a");
  const part = document.activeElement.closest("[data-part]");
  const link = bar || (part && part.querySelector("[data-remark]"));
  if (link) link.click();
}

function toForm() {
  const heading = document.getElementById("form-heading");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus();
  heading.scrollIntoView({ block: "start" });
}

const keys = {
  j: () => move(1),
  k: () => move(-1),
  r: remark,
  f: toForm,
  n: () => follow("[data-key=next]"),
  u: () => follow("[data-key=up], .breadcrumbs li:nth-last-child(2) a"),
  "?": () => keysDialog && keysDialog.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  const act = Object.hasOwn(keys, event.key) ? keys[event.key] : null;
  if (!act) return;
  event.preventDefault();
  act();
});
