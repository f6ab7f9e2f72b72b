/* Keeps a long form as a draft on the server: after each pause, when a field is left, when the page
   is hidden. Says "Saved 14:03" only when the server has said so. Without it the button does it.
   What is not saved yet is said in a bar, kept in this tab (tab.js) and sent when the line is back.
   Where another page went further, nothing is sent any more until its author has seen both. */
(function () {
  "use strict";
  var form = document.querySelector("form[data-draft]");
  if (!form) return;
  var PAUSE = 1500;
  var FIRST_RETRY = 2000;
  var LAST_RETRY = 60000;
  var PATIENCE = 20000;
  var status = document.getElementById("save-status");
  var says = status.querySelector("[data-says]");
  var bar = document.getElementById("not-saved");
  var sequence = Number(form.dataset.sequence) || 0;
  var unsaved = form.dataset.unsaved;
  var retry = FIRST_RETRY;
  var timer = null;
  var isDirty = false;
  var isSending = false;
  var isLeaving = false;
  var isLocked = false;
  var isHeld = "undecided" in form.dataset; // nothing is sent but by a button
  var isOvertaken = false;

  function tell(words, isSaved) {
    says.textContent = words;
    status.hidden = false;
    status.classList.toggle("is-offline", !isSaved);
    bar.hidden = isSaved;
    bar.querySelector("[data-says]").textContent = words;
    bar.querySelector("button").hidden = !isOvertaken;
  }

  function later(wait) {
    clearTimeout(timer);
    timer = setTimeout(save, wait);
  }

  function number() {
    sequence += 1;
    form.elements.sequence.value = sequence;
  }

  function send() {
    var patience = new AbortController();
    var clock = setTimeout(function () { patience.abort(); }, PATIENCE);
    return fetch(form.dataset.draft, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json" },
      keepalive: document.visibilityState === "hidden",
      signal: patience.signal,
    }).finally(function () { clearTimeout(clock); });
  }

  function save() {
    if (!isDirty || isSending || isLeaving || isLocked || isHeld) return;
    isDirty = false;
    isSending = true;
    number();
    send()
      .then(function (answer) {
        document.dispatchEvent(new CustomEvent("answered", { detail: answer }));
        isLocked = answer.status === 401;
        isOvertaken = answer.status === 409;
        isHeld = isOvertaken || answer.status === 404;
        if (answer.status === 404) throw new Error(form.dataset.closed);
        return answer.json().then(function (kept) {
          if (isHeld) throw new Error(kept.says);
          if (!answer.ok) throw new Error(unsaved);
          sequence = Math.max(sequence, kept.sequence);
          unsaved = form.dataset.unsaved;
          retry = FIRST_RETRY;
          tell(kept.says, true);
          if (!isDirty) window.tab.drop();
        });
      })
      .catch(function (fault) {
        isDirty = true;
        tell(isHeld ? fault.message : unsaved, false);
        if (isLocked || isHeld) return;
        later(retry);
        retry = Math.min(2 * retry, LAST_RETRY);
      })
      .then(function () {
        isSending = false;
        if (isDirty && retry === FIRST_RETRY) later(PAUSE);
      });
  }

  function changed() {
    isDirty = true;
    if (!isHeld) window.tab.put(form);
    later(PAUSE);
  }

  function typed(event) {
    if (event.target.name === "mentee") return;
    changed();
    count(event.target);
  }

  function count(field) {
    var foot = document.querySelector('[data-count-of="' + field.id + '"]');
    if (!foot) return;
    foot.textContent = field.value.length + " / " + field.dataset.count;
    foot.classList.toggle("text-danger-emphasis", field.value.length > Number(field.dataset.count));
  }

  function countAll() {
    form.querySelectorAll("[data-count]").forEach(function (field) { if (field.value) count(field); });
  }

  form.addEventListener("input", typed);
  form.addEventListener("focusout", function () { if (isDirty) later(0); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "hidden") save();
  });
  form.addEventListener("submit", function (event) {
    if (!navigator.onLine) {
      event.preventDefault();
      unsaved = form.dataset.unsent;
      tell(unsaved, false);
      return;
    }
    isLeaving = true;
    clearTimeout(timer);
    number();
  });
  window.addEventListener("online", function () { if (isDirty) later(0); });
  document.addEventListener("unlocked", function () { isLocked = false; if (isDirty) later(0); });
  document.addEventListener("wiped", function () { isLeaving = true; });
  window.addEventListener("pageshow", function () { isLeaving = false; });
  window.addEventListener("beforeunload", function (event) {
    if (isDirty && !isLeaving) event.preventDefault();
  });
  countAll();
  if (!isHeld) {
    window.tab.fill(form, function () {
      sequence = Math.max(sequence, Number(form.elements.sequence.value) || 0);
      countAll();
      changed();
      later(0);
    });
  }
  var other = form.querySelector("[data-other]");
  if (other) other.addEventListener("click", function () { isLeaving = true; window.tab.drop(); });
  var faults = document.getElementById("faults");
  if (faults) faults.focus();
})();
