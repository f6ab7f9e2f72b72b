/* Keeps a long form as a draft on the server: after each pause, when a field is left, when the page
   is hidden. Says "Saved 14:03" only when the server has said so. Without it the button does it. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]");
  if (!form) return;
  var PAUSE = 1500;
  var RETRY = 5000;
  var status = document.getElementById("save-status");
  var says = status.querySelector("[data-says]");
  var counter = form.querySelector("[name=sequence]");
  var sequence = Number(form.dataset.sequence) || 0;
  var timer = null;
  var isDirty = false;
  var isSending = false;
  var isLeaving = false;

  function tell(words, offline) {
    says.textContent = words;
    status.hidden = false;
    status.classList.toggle("is-offline", Boolean(offline));
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function save() {
    if (!isDirty || isSending || isLeaving) return;
    isDirty = false;
    isSending = true;
    sequence += 1;
    counter.value = sequence;
    fetch(form.dataset.draft, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: document.visibilityState === "hidden",
    })
      .then(function (answer) {
        return answer.json().then(function (kept) {
          if (kept.finished) {
            isLeaving = true;
            window.location.assign(kept.finished);
          } else if (!answer.ok) {
            throw new Error("not kept");
          } else {
            sequence = Math.max(sequence, kept.sequence);
            tell(kept.says);
          }
        });
      })
      .catch(function () {
        isDirty = true;
        tell(form.dataset.unsaved, true);
        later(RETRY);
      })
      .then(function () {
        isSending = false;
        if (isDirty) later(PAUSE);
      });
  }

  function typed(event) {
    if (event.target.name === "mentee") return;
    isDirty = true;
    later(PAUSE);
    count(event.target);
  }

  function count(field) {
    var foot = document.querySelector('[data-count-of="' + field.id + '"]');
    if (!foot) return;
    foot.textContent = field.value.length + " / " + field.dataset.count;
    foot.classList.toggle("text-danger-emphasis", field.value.length > Number(field.dataset.count));
  }

  form.addEventListener("input", typed);
  form.addEventListener("focusout", function () { if (isDirty) later(0); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save();
  });
  form.addEventListener("submit", function () {
    isLeaving = true;
    clearTimeout(timer);
    sequence += 1;
    counter.value = sequence;
  });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  window.addEventListener("beforeunload", function (event) {
    if (isDirty && !isLeaving) event.preventDefault();
  });
  form.querySelectorAll("[data-count]").forEach(function (field) { if (field.value) count(field); });
  var faults = document.getElementById("faults");
  if (faults) faults.focus();
})();
