/* A form that is sent as a whole and has no draft on the server: what is typed stays in this tab
   over a reload and a lost connection (tab.js), until it is sent and taken. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-tab-key]:not([data-draft])");
  if (!form) return;
  let isDirty = false;
  let isLeaving = false;
  form.addEventListener("input", () => {
    isDirty = true;
    window.tab.put(form);
  });
  form.addEventListener("submit", () => { isLeaving = true; });
  document.addEventListener("wiped", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !isLeaving) event.preventDefault();
  });
  window.tab.fill(form, () => { isDirty = true; });
})();
