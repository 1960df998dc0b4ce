// Show that long work goes on, and for how long; disable the button.
(function () {
  "use strict";
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function () {
      var said = document.getElementById("busy"), begun = Date.now();
      form.querySelectorAll("button").forEach(function (one) {
        one.disabled = true;
      });
      if (!said) return;
      var words = said.querySelector("[data-words]");
      said.hidden = false;
      words.textContent = form.getAttribute("data-busy");
      setInterval(function () {
        words.textContent = form.getAttribute("data-busy") + "已用" + Math.round((Date.now() - begun) / 1000) + "秒。";
      }, 1000);
    });
  });
  // Reset the page when the user returns by the back button.
  window.addEventListener("pageshow", function (e) {
    if (e.persisted) window.location.reload();
  });
})();
