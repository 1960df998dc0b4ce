// Comfort in the editor: a filter over the column boxes. Without it the list scrolls.
(function () {
  "use strict";
  function start(box) {
    var filter = box.querySelector("[data-boxes-filter]"), rows = Array.prototype.slice.call(box.querySelectorAll(".gp-boxes__one"));
    if (!filter || rows.length < 8) return;
    filter.hidden = false;
    filter.addEventListener("input", function () {
      var words = filter.value.trim();
      rows.forEach(function (row) { row.hidden = words && row.textContent.indexOf(words) < 0 && !row.querySelector("input").checked; });
    });
    filter.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
  }
  document.addEventListener("DOMContentLoaded", function () { Array.prototype.forEach.call(document.querySelectorAll("[data-boxes]"), start); });
})();
