/* Keeps up with a run of the solver: asks for the page again while one is on its way, and shows it anew
   when the run has ended. Without scripts, a link does the same. */
"use strict";

const LOOK_EVERY_MS = 2000;

async function look() {
  const here = document.querySelector("[data-run]");
  if (!here) return;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("[data-run]");
    if (answer.ok && !now) {
      location.reload();
      return;
    }
    const told = here.querySelector("[role=status]");
    const fresh = now && now.querySelector("[role=status]");
    if (told && fresh && told.textContent !== fresh.textContent) told.replaceWith(fresh);
  } catch {
    // No connection: the next look may have one.
  }
  setTimeout(look, LOOK_EVERY_MS);
}

if (document.querySelector("[data-run]")) setTimeout(look, LOOK_EVERY_MS);
