/* Forms that a passkey fills in: data-passkey says whether one is made ("create") or asked for
   ("get"). They show only where the browser knows passkeys. What the server wants to have signed
   stands in #passkey-options, or is fetched from where the form is sent. */
(function () {
  "use strict";

  async function optionsOf(form) {
    const given = document.getElementById("passkey-options");
    if (given) return JSON.parse(given.textContent);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  function alone(options, wanted) {
    /* A passkey that opens by itself stays on the device and asks for a PIN or a finger. */
    const selection = options.publicKey.authenticatorSelection;
    selection.residentKey = wanted ? "required" : "discouraged";
    selection.requireResidentKey = wanted;
    if (wanted) selection.userVerification = "required";
  }

  async function fill(form) {
    const options = await optionsOf(form);
    if (form.dataset.passkey === "get") return webauthnJSON.get(options.request_options);
    const box = form.elements.passwordless;
    alone(options.creation_options, Boolean(box && box.checked));
    return webauthnJSON.create(options.creation_options);
  }

  async function send(form) {
    const fault = form.querySelector("[data-passkey-fault]");
    fault.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await fill(form));
    } catch (refusal) {
      fault.hidden = false;
      return;
    }
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    for (const part of document.querySelectorAll("[data-passkey-part]")) part.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      send(form);
    });
  }
})();
