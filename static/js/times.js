/* Adds the reader's own time beside the times of an event, where the two differ.
   Each <span data-times data-words="your time"> holds two <time datetime> with their offsets. */
"use strict";

for (const span of document.querySelectorAll("[data-times]")) {
  const [starts, ends] = [...span.querySelectorAll("time")].map((time) => time.dateTime);
  const offset = /([+-])(\d\d):(\d\d)$/.exec(starts || "");
  if (!offset || !ends) continue;
  const minutes = (offset[1] === "-" ? -1 : 1) * (60 * Number(offset[2]) + Number(offset[3]));
  const moment = new Date(starts);
  if (-moment.getTimezoneOffset() === minutes) continue;
  const language = document.documentElement.lang || undefined;
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit", hour12: false });
  const day = new Intl.DateTimeFormat(language, { weekday: "short" });
  const there = starts.slice(0, 10);
  const here = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
    .map((part) => String(part).padStart(2, "0")).join("-");
  const own = document.createElement("span");
  own.className = "zone";
  own.textContent = (there === here ? "" : day.format(moment) + " ")
    + clock.format(moment) + "–" + clock.format(new Date(ends)) + " " + span.dataset.words;
  span.append(own);
}
