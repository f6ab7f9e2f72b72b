/* A form that is sent as a whole and has no draft on the server: what is typed stays in this tab
   over a reload and a lost connection (tab.js), until it is sent and taken. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-tab-key]:not([data-draft])");
  if (!form) return;
  const bar = document.getElementById("not-saved");
  let isDirty = false;
  let isLeaving = false;

  function keep() {
    isDirty = true;
    window.tab.put(form);
  }

  form.addEventListener("input", keep);
  form.addEventListener("submit", (event) => {
    isLeaving = navigator.onLine;
    if (isLeaving) return;
    event.preventDefault();
    bar.querySelector("[data-says]").textContent = form.dataset.unsent;
    bar.hidden = false;
  });
  window.addEventListener("online", () => { bar.hidden = true; });
  document.addEventListener("wiped", () => { isLeaving = true; });
  window.addEventListener("pageshow", () => { isLeaving = false; });
  window.addEventListener("beforeunload", (event) => {
    if (isDirty && !isLeaving) event.preventDefault();
  });
  // What the server did not take stands in the page again.
  if ("sent" in form.dataset) keep();
  else window.tab.fill(form, () => { isDirty = true; });
})();
