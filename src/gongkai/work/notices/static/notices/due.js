// Show only the fields of the chosen kind of limit.
(function () {
  "use strict";
  function due(select) {
    select.closest("[data-due]").querySelectorAll("[data-for]").forEach(function (label) {
      label.hidden = label.getAttribute("data-for").split(" ").indexOf(select.value) < 0;
    });
  }
  window.gkDues = function (root) {
    root.querySelectorAll("[data-due-kind]").forEach(due);
  };
  document.addEventListener("change", function (e) {
    if (e.target.hasAttribute("data-due-kind")) due(e.target);
  });
  window.gkDues(document);
})();
