// The hotline's page by keyboard (C-06): arrows move through the results, Enter opens, Ctrl+Enter answers, Alt+R registers.
(function () {
  const found = document.getElementById("found");
  const asked = document.getElementById("asked");
  if (!found || !asked) return;

  function places() {
    return [asked, ...found.querySelectorAll("summary")];
  }

  function step(by) {
    const all = places();
    const at = all.indexOf(
      document.activeElement.closest("details")?.querySelector("summary") || document.activeElement,
    );
    const next = all[Math.min(Math.max((at < 0 ? 0 : at) + by, 0), all.length - 1)];
    next.focus();
    if (next === asked) asked.select();
  }

  function answer() {
    const open = document.activeElement.closest("#found details") || found.querySelector("details[open]");
    const form = open && open.querySelector("form");
    if (form) form.requestSubmit();
  }

  document.addEventListener("keydown", function (event) {
    const typing = event.target.matches("textarea, select, input:not(#asked)");
    if (typing && event.key !== "Enter") return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && event.ctrlKey) {
      event.preventDefault();
      answer();
    } else if (event.key === "Enter" && event.target.matches("#found summary")) {
      event.preventDefault();
      event.target.parentElement.open = true; // the first answer is open already: Enter never closes one
    } else if (event.altKey && event.code === "KeyR") {
      const way = document.getElementById("register");
      if (way) {
        event.preventDefault();
        way.click();
      }
    } else if (event.key === "Escape" && event.target !== asked) {
      asked.focus();
      asked.select();
    }
  });
})();
