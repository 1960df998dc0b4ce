// Comfort for the public pages: the larger-type mode is remembered on this device only.
(function () {
  "use strict";
  var root = document.documentElement, button = document.querySelector("[data-easy]");
  function show(on) { root.classList.toggle("pk-big", on); if (button) { button.setAttribute("aria-pressed", on); button.textContent = on ? "标准版" : "大字版"; } }
  var kept = false;
  try { kept = localStorage.getItem("pk-big") === "1"; } catch (e) { /* private mode: the choice lasts for this page */ }
  show(kept);
  if (button) {
    button.hidden = false;
    button.addEventListener("click", function () { kept = !kept; show(kept); try { localStorage.setItem("pk-big", kept ? "1" : "0"); } catch (e) { /* as above */ } });
  }
  document.addEventListener("click", function (event) { if (event.target.closest("[data-print]")) window.print(); });
})();
