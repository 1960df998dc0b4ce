// Long work says that it goes on, and for how long already; the button cannot be pressed twice.
(function () {
  "use strict";
  document.querySelectorAll("form[data-busy]").forEach(function (form) {
    form.addEventListener("submit", function () {
      var said = document.getElementById("busy"), begun = Date.now();
      form.querySelectorAll("button").forEach(function (one) { one.disabled = true; });
      if (!said) return;
      var words = said.querySelector("[data-words]");
      said.hidden = false;
      words.textContent = form.getAttribute("data-busy");
      setInterval(function () { words.textContent = form.getAttribute("data-busy") + "已用" + Math.round((Date.now() - begun) / 1000) + "秒。"; }, 1000);
    });
  });
  // Coming back by the browser's button, the page is as it was.
  window.addEventListener("pageshow", function (e) { if (e.persisted) window.location.reload(); });
})();
