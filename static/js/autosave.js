/* Keeps what is typed in a form with data-autosave="address": three seconds after the last key.
   The server answers JSON: {"message": "…"}, with 200 or with the status of a refusal; where it saves
   the row itself, the row's next "version" too (and "seen", what its fields hold then). Requests are numbered, and the page says when it
   was opened, so that a late one overwrites nothing. */
"use strict";

const PAUSE = 3000;

function watch(form) {
  const status = form.querySelector("[data-autosave-status]");
  let timer = null;
  let number = 0;
  let running = false;
  let stopped = false;

  function say(words, tone) {
    if (!status) return;
    status.textContent = words;
    status.dataset.tone = tone || "";
  }

  async function save() {
    if (running) {
      timer = setTimeout(save, PAUSE);
      return;
    }
    running = true;
    number += 1;
    const typed = new FormData(form);
    /* Files go once, when the form is sent. */
    for (const name of new Set(typed.keys())) {
      if (typed.getAll(name).some((value) => value instanceof File)) typed.delete(name);
    }
    typed.set("autosave_number", String(number));
    try {
      const answer = await fetch(form.dataset.autosave, {
        method: "POST",
        body: typed,
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
        credentials: "same-origin",
      });
      if (answer.redirected) {
        say(form.dataset.autosaveSignedOut || "", "danger");
        return;
      }
      const said = await answer.json();
      stopped = answer.status === 409 || answer.status === 403;
      if (answer.ok) {
        /* Where the row itself is saved, the next save stands on the version this one made. */
        for (const name of ["version", "seen"]) {
          const field = form.querySelector(`input[name=${name}]`);
          if (field && said[name] !== undefined) field.value = said[name];
        }
        if (!timer) form.dispatchEvent(new CustomEvent("portal:saved", { bubbles: true }));
      }
      say(said.message || "", answer.ok ? "" : "danger");
    } catch {
      say(form.dataset.autosaveFailed || "Not saved yet: no connection. Trying again.", "danger");
      if (!timer) timer = setTimeout(save, PAUSE * 3);
    } finally {
      running = false;
    }
  }

  form.addEventListener("input", () => {
    if (stopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      save();
    }, PAUSE);
  });
}

for (const form of document.querySelectorAll("form[data-autosave]")) watch(form);
