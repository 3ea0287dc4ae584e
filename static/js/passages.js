/* Words selected in one part of a revision become the passage of a remark: a link to the form for
   remarks, filled in. Without this, the form asks for the words to be copied. */
"use strict";

const bar = document.querySelector("[data-selection-bar]");
const LONGEST = 500;

/* What was taken out is no longer there to be remarked on, nor is what only screen readers hear. */
function wordsOf(range) {
  const copy = range.cloneContents();
  for (const gone of copy.querySelectorAll("del, .ds-sr-only")) gone.remove();
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function selected() {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || !selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const at = range.commonAncestorContainer;
  const text = (at.nodeType === Node.TEXT_NODE ? at.parentElement : at).closest("[data-passages]");
  const part = text && text.closest("[data-part]");
  const words = part ? wordsOf(range) : "";
  return words && words.length <= LONGEST ? { part: part.dataset.part, words } : null;
}

if (bar) {
  const link = bar.querySelector("a");
  const address = link.getAttribute("href");
  document.addEventListener("selectionchange", () => {
    const found = selected();
    bar.hidden = !found;
    if (!found) return;
    link.href = `${address}?${new URLSearchParams({ part: found.part, passage: found.words })}`;
    bar.querySelector("q").textContent = found.words.length > 60 ? `${found.words.slice(0, 60)}…` : found.words;
  });
}
