// A filter over the checkboxes of columns, and folding; without it the list scrolls.
(function () {
  "use strict";
  function start(box) {
    var filter = box.querySelector("[data-boxes-filter]"),
      tree = list(box, ".gp-boxes__row"),
      rows = tree.length ? tree : list(box, ".gp-boxes__one");
    if (!filter || box.started || rows.length < 8) return;
    box.started = true;
    filter.hidden = false;
    function path(row) {
      return row.title;
    }
    function under(row, above) {
      return path(row).indexOf(path(above) + ">") === 0;
    }
    function fold(row, open) {
      row.querySelector("[data-fold]").setAttribute("aria-expanded", open);
    }
    // Hide boxes below a folded one; a ticked one shows its path.
    function draw() {
      var words = filter.value.trim(),
        hits = rows.filter(function (row) {
          return row.textContent.indexOf(words) >= 0;
        });
      rows.forEach(function (row) {
        var ticked = row.querySelector("input:checked");
        if (words) {
          row.hidden = !ticked && hits.indexOf(row) < 0 && !hits.some(function (hit) {
            return tree.length && under(hit, row);
          });
          return;
        }
        row.hidden = tree.length > 0 && !ticked && rows.some(function (one) {
          var f = one.querySelector("[data-fold]");
          return f && f.getAttribute("aria-expanded") === "false" && under(row, one);
        });
      });
    }
    rows.forEach(function (row) {
      var button = row.querySelector("[data-fold]");
      if (!button) return;
      button.hidden = false;
      fold(
        row,
        rows.some(function (one) {
          return under(one, row) && (one.hasAttribute("data-own") || one.querySelector("input:checked"));
        }),
      );
      button.addEventListener("click", function () {
        fold(row, button.getAttribute("aria-expanded") === "false");
        draw();
      });
    });
    draw();
    filter.addEventListener("input", draw);
    filter.addEventListener("keydown", function (event) {
      if (event.key === "Enter") event.preventDefault();
    });
  }
  function list(box, what) {
    return Array.prototype.slice.call(box.querySelectorAll(what));
  }
  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-boxes]"), start);
  });
})();
