/* Sets data-bs-theme before the first paint, from data-theme-choice (light, dark or system), which
   the server writes from the account; without script, "system" shows the light theme.
   A theme button acts at once and posts its form behind. */
(function () {
  "use strict";
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");

  function apply() {
    const choice = root.dataset.themeChoice;
    const dark = choice === "dark" || (choice === "system" && system.matches);
    root.dataset.bsTheme = dark ? "dark" : "light";
  }

  apply();
  system.addEventListener("change", apply);
  document.addEventListener("submit", function (event) {
    const button = event.submitter;
    if (!button || button.name !== "theme") return;
    event.preventDefault();
    root.dataset.themeChoice = button.value;
    apply();
    for (const each of event.target.querySelectorAll("[name=theme]")) {
      each.setAttribute("aria-pressed", String(each.value === button.value));
    }
    const body = new FormData(event.target);
    body.append(button.name, button.value);
    fetch(event.target.action, { method: "POST", body: body, redirect: "manual" });
  });
})();
