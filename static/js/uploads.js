/* Sends chosen files one by one as soon as they are chosen, with their progress. A file whose
   connection was lost can be sent again by itself, and a form sent meanwhile waits for them, so
   that no answer is lost. Without this, the form sends all of them. */
"use strict";

function begin(field) {
  const words = field.dataset;
  const form = field.form;
  const list = document.createElement("ul");
  list.className = "upload-list";
  const said = document.createElement("div");
  said.setAttribute("role", "status");
  said.append(list);
  field.after(said);

  let underWay = 0;
  let failed = 0;
  let pressed = null;

  form.addEventListener(
    "submit",
    (event) => {
      if (!underWay) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      pressed = event.submitter;
    },
    { capture: true },
  );

  /* What was pressed meanwhile happens now, unless there is something to read first. */
  function arrived(isTaken) {
    underWay -= 1;
    if (!isTaken) failed += 1;
    if (underWay) return;
    if (pressed && !failed) form.requestSubmit(pressed);
    pressed = null;
    failed = 0;
  }

  function send(file, row) {
    underWay += 1;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const state = document.createElement("span");
    state.textContent = words.uploadSending;
    row.replaceChildren(file.name, " ", bar, " ", state);

    const data = new FormData();
    data.set("file", file);
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    const request = new XMLHttpRequest();
    request.open("POST", words.upload);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) bar.value = (event.loaded / event.total) * 100;
    });
    request.addEventListener("load", () => {
      bar.remove();
      const answer = request.response && request.response.message;
      /* Refused for good, with the reason; everything else may go better the next time. */
      const isFinal = request.status === 200 || request.status === 422 || request.status === 409;
      state.textContent = answer || words.uploadLost;
      /* A refusal begins with the name of its file. */
      if (answer && answer.startsWith(file.name)) row.firstChild.textContent = "";
      row.dataset.tone = request.status === 200 ? "success" : "danger";
      const button = form.querySelector("[data-upload-button]");
      if (request.status === 200 && button) button.lastChild.textContent = words.uploadDone;
      if (!isFinal) offerAgain();
      arrived(request.status === 200);
    });
    request.addEventListener("error", () => {
      bar.remove();
      state.textContent = words.uploadLost;
      row.dataset.tone = "danger";
      offerAgain();
      arrived(false);
    });

    function offerAgain() {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "ds-button";
      again.dataset.variant = "secondary";
      again.dataset.size = "sm";
      again.textContent = words.uploadAgain.replace("{name}", file.name);
      again.addEventListener("click", () => send(file, row));
      row.append(" ", again);
    }
    request.send(data);
  }

  /* Nothing was typed: choosing files is no half-filled form to keep or to warn of. */
  field.addEventListener("input", (event) => event.stopPropagation());
  field.addEventListener("change", () => {
    const files = [...field.files];
    /* What was sent by itself does not go along with the form once more. */
    field.value = "";
    for (const file of files) {
      const row = document.createElement("li");
      list.append(row);
      send(file, row);
    }
  });
}

for (const field of document.querySelectorAll("input[type=file][data-upload]")) begin(field);
