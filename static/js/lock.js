/* Keeps a private page true to who sits before it. Every answer of the server names its person by
   a mark; when that is not this page's, the page is wiped and loaded anew. When the session locks,
   a dialog covers the page and asks for the password; what was typed stays under it.
   Events: "answered" (detail: a fetch's answer) comes in, "unlocked" and "wiped" go out. */
(function () {
  "use strict";
  const page = document.querySelector("meta[name=person]");
  if (!page || !page.content) return;
  const root = document.documentElement;
  const PING = 60000;
  let dialog = null;
  let told = Date.now();
  let timer = null;
  let isWiped = false;

  function wipe() {
    if (isWiped) return;
    isWiped = true;
    document.dispatchEvent(new Event("wiped"));
    root.replaceChildren();
    window.location.replace(window.location.pathname + window.location.search);
  }

  /* True when the answer came to this page's person; only then is a page from the history shown.
     An answer without a mark says that nobody is signed in if it is 401, and else nothing: it may
     be a gateway's, and what was typed must not go with it. */
  function heard(answer) {
    const person = answer.headers.get("X-Person");
    if (person === page.content) {
      if (answer.status === 401) lock();
      root.hidden = false;
      return true;
    }
    if (person || answer.status === 401) wipe();
    return false;
  }

  function look(method) {
    const token = document.querySelector("[name=csrfmiddlewaretoken]");
    const headers = { Accept: "application/json" };
    if (method === "GET") headers["X-Background"] = "1";
    else if (token) headers["X-CSRFToken"] = token.value;
    return fetch(page.dataset.state, { method: method, headers: headers })
      .then(function (answer) {
        if (heard(answer) && answer.ok) return answer.json().then(open);
      })
      .catch(function () {}); // no line: what is shown stays, what is hidden stays hidden
  }

  function open(sitting) {
    for (const each of document.querySelectorAll("[name=csrfmiddlewaretoken]")) {
      each.value = sitting.token;
    }
    clearTimeout(timer);
    timer = setTimeout(look, (sitting.locks_in + 1) * 1000, "GET");
    if (!dialog) return;
    dialog.remove();
    dialog = null;
    document.dispatchEvent(new Event("unlocked"));
  }

  function lock() {
    if (dialog) return;
    dialog = document.createElement("dialog");
    dialog.className = "lock";
    dialog.setAttribute("aria-labelledby", "unlock-title");
    dialog.addEventListener("cancel", function (event) { event.preventDefault(); });
    dialog.addEventListener("submit", submit);
    document.body.append(dialog);
    dialog.showModal();
    ask({});
  }

  function ask(how) {
    how.headers = { "X-Requested-With": "XMLHttpRequest" };
    const here = encodeURIComponent(window.location.pathname + window.location.search);
    fetch(page.dataset.unlock + "?next=" + here, how)
      .then(function (answer) {
        if (!heard(answer)) return;
        if ((answer.headers.get("Content-Type") || "").includes("json")) {
          return answer.json().then(open);
        }
        return answer.text().then(function (form) {
          if (!dialog) return;
          dialog.innerHTML = form;
          const field = dialog.querySelector("[aria-invalid=true], input:not([type=hidden])");
          if (field) field.focus();
        });
      })
      .catch(function () { setTimeout(ask, 5000, {}); });
  }

  function submit(event) {
    if (event.submitter && event.submitter.name === "action") return; // leaves, as a page does
    event.preventDefault();
    ask({ method: "POST", body: new FormData(event.target) });
  }

  function stirred(event) {
    if (!event.isTrusted || dialog || Date.now() - told < PING) return;
    told = Date.now();
    look("POST");
  }

  ["keydown", "input", "pointerdown"].forEach(function (kind) {
    document.addEventListener(kind, stirred, { capture: true, passive: true });
  });
  document.addEventListener("answered", function (event) {
    if (heard(event.detail) && event.detail.status === 403) look("GET"); // for a new token
  });
  window.addEventListener("focus", function () { look("GET"); });
  window.addEventListener("online", function () { look("GET"); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") look("GET");
  });
  window.addEventListener("pagehide", function (event) { if (event.persisted) root.hidden = true; });
  window.addEventListener("pageshow", function (event) { if (event.persisted) look("GET"); });
  timer = setTimeout(look, (Number(page.dataset.locksAfter) + 1) * 1000, "GET");
})();
