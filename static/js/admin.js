/* The stock lists for choosing several draw their help as a named span without a role, which a
   screen reader may not speak. Each gets the role of a picture as soon as it is drawn. */
"use strict";

function mend() {
  for (const help of document.querySelectorAll(".help-tooltip[aria-label]:not([role])")) {
    help.setAttribute("role", "img");
  }
}
new MutationObserver(mend).observe(document.documentElement, { childList: true, subtree: true });
mend();
