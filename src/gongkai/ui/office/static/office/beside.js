// Open a row of the list next to the list; Esc or 关闭 closes it. Without JavaScript the row's link opens the page.
(function () {
  "use strict";
  var split = document.getElementById("split"), beside = document.getElementById("beside"), opener = null;
  if (!split || !beside) return;
  function close() {
    beside.textContent = "";
    split.classList.remove("is-open");
    document.querySelectorAll(".is-beside").forEach(function (row) {
      row.classList.remove("is-beside");
    });
    if (opener) opener.focus();
    opener = null;
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target !== beside) return;
    split.classList.add("is-open");
    document.querySelectorAll(".is-beside").forEach(function (row) {
      row.classList.remove("is-beside");
    });
    opener = event.detail.requestConfig.elt;
    opener.closest("tr").classList.add("is-beside");
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-close-beside]")) close();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && split.classList.contains("is-open")) close();
  });
  // In narrow windows, where the pane would be below the list, the link opens the page itself.
  document.addEventListener("htmx:confirm", function (event) {
    if (window.innerWidth > 1000 || !event.detail.elt.closest(".go-table")) return;
    event.preventDefault();
    window.location.href = event.detail.elt.href;
  });
})();
