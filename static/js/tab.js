/* What is typed and not yet on the server stays in this tab over a reload, under a key that only
   the server gives, and only to its author: what is left on the machine nobody can read.
   tab.put(form), tab.drop(), and tab.fill(form, done), which calls `done` if there was something. */
(function () {
  "use strict";
  const form = document.querySelector("form[data-tab-key]");
  // A form without a draft is of one version of what stands, and one that has none of those gets
  // another key each time: once it is saved, this is nobody's.
  const place = form && "typed " + (form.dataset.draft ||
    location.pathname + " " + (form.elements.version ? form.elements.version.value : ""));
  const nothing = () => {};
  window.tab = { put: nothing, drop: nothing, fill: nothing };
  if (!form || !window.crypto.subtle) return;
  const LENGTH = 12; // bytes of the number that is used once
  const given = Uint8Array.from(atob(form.dataset.tabKey), (sign) => sign.charCodeAt(0));
  const key = crypto.subtle.importKey("raw", given, "AES-GCM", false, ["encrypt", "decrypt"]);
  let turn = key; // one after the other, so that the newest text stays
  let newest = 0;

  function signs(bytes) {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  }

  async function seal(text) {
    const once = crypto.getRandomValues(new Uint8Array(LENGTH));
    const how = { name: "AES-GCM", iv: once };
    const sealed = await crypto.subtle.encrypt(how, await key, new TextEncoder().encode(text));
    return signs(once) + signs(new Uint8Array(sealed));
  }

  async function open(kept) {
    const bytes = Uint8Array.from(kept, (sign) => sign.charCodeAt(0));
    const how = { name: "AES-GCM", iv: bytes.slice(0, LENGTH) };
    const text = await crypto.subtle.decrypt(how, await key, bytes.slice(LENGTH));
    return JSON.parse(new TextDecoder().decode(text));
  }

  function put(from) {
    const number = (newest += 1);
    const typed = [...new FormData(from)].filter(([name]) => name !== "csrfmiddlewaretoken");
    turn = turn
      .then(() => number === newest && seal(JSON.stringify(typed)))
      .then((sealed) => { if (sealed && number === newest) sessionStorage.setItem(place, sealed); })
      .catch(nothing); // a full or forbidden store: the page itself still holds the text
  }

  function drop() {
    newest += 1;
    sessionStorage.removeItem(place);
  }

  function fill(into, done) {
    const kept = sessionStorage.getItem(place);
    if ("sent" in into.dataset) drop();
    else if (kept) open(kept).then((typed) => { write(into, typed); done(); }).catch(drop);
  }

  function write(into, typed) {
    const left = typed.slice();
    for (const field of into.elements) {
      if (!field.name || field.name === "csrfmiddlewaretoken" || field.tagName === "BUTTON") continue;
      const isChoice = field.type === "checkbox" || field.type === "radio";
      const at = left.findIndex(([name, value]) =>
        name === field.name && (!isChoice || value === field.value));
      if (isChoice) field.checked = at >= 0;
      else if (at >= 0) field.value = left[at][1];
      if (at >= 0) left.splice(at, 1);
    }
  }

  document.addEventListener("wiped", drop);
  window.tab = { put, drop, fill };
})();
