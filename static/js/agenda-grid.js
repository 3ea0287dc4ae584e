/* Planning an agenda: a session dragged to a place of the grid fills in the form below it and sends it.
   Without scripts, the form does the same. Every 15 seconds it is asked who else plans here, and what
   they did. */
"use strict";

const ASK_EVERY_MS = 15000;
const moveForm = document.querySelector("[data-move]");
let dragged = null;

function place(target) {
  return target instanceof Element ? target.closest("[data-grid] td") : null;
}

document.addEventListener("dragstart", (event) => {
  dragged = event.target instanceof Element ? event.target.closest("[data-session]") : null;
  if (dragged) {
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.session);
  }
});

document.addEventListener("dragover", (event) => {
  const cell = place(event.target);
  for (const other of document.querySelectorAll("td.over")) if (other !== cell) other.classList.remove("over");
  if (!dragged || !cell) return;
  event.preventDefault();
  cell.classList.add("over");
});

document.addEventListener("dragend", () => {
  dragged = null;
  for (const cell of document.querySelectorAll("td.over")) cell.classList.remove("over");
});

document.addEventListener("drop", (event) => {
  const cell = place(event.target);
  if (!dragged || !cell || !moveForm) return;
  event.preventDefault();
  const fields = moveForm.elements;
  fields.session.value = dragged.dataset.session;
  fields.seen.value = dragged.dataset.seen;
  fields.day.value = new URLSearchParams(moveForm.action.split("?")[1].split("#")[0]).get("day");
  fields.start.value = cell.dataset.start;
  fields.room.value = cell.dataset.room;
  fields.minutes.value = dragged.dataset.minutes;
  moveForm.requestSubmit(fields.act);
});

function say(element, words) {
  if (element.textContent !== words) element.textContent = words;
  element.hidden = !words;
}

async function askWhoPlans() {
  const here = document.querySelector("[data-planners]");
  if (!here) return;
  try {
    const answer = await fetch(here.dataset.planners, { credentials: "same-origin" });
    if (answer.ok) {
      const told = await answer.json();
      say(here.querySelector("[data-others]"), told.others);
      say(here.querySelector("[data-news]"), told.news);
    }
  } catch {
    // No connection: the next look may have one.
  }
  setTimeout(askWhoPlans, ASK_EVERY_MS);
}

setTimeout(askWhoPlans, ASK_EVERY_MS);
/* Who chooses another session by hand moves that one: what was seen of the first says nothing of it. */
moveForm?.elements.session.addEventListener("change", () => { moveForm.elements.seen.value = ""; });
