// Comfort in the editor: a filter over the column boxes (without it the list scrolls), and an autosave that makes nothing twice.
(function () {
  "use strict";
  function start(box) {
    var filter = box.querySelector("[data-boxes-filter]"), tree = list(box, ".gp-boxes__row"), rows = tree.length ? tree : list(box, ".gp-boxes__one");
    if (!filter || rows.length < 8) return;
    filter.hidden = false;
    function path(row) { return row.dataset.path || ""; }
    function under(row, above) { return path(row).indexOf(path(above) + ">") === 0; }
    function fold(row, open) { row.querySelector("[data-fold]").setAttribute("aria-expanded", open); }
    // What is under something folded is away; what is ticked shows where it stands.
    function draw() {
      var words = filter.value.trim(), hits = rows.filter(function (row) { return row.textContent.indexOf(words) >= 0; });
      rows.forEach(function (row) {
        var ticked = row.querySelector("input:checked");
        if (words) { row.hidden = !ticked && hits.indexOf(row) < 0 && !hits.some(function (hit) { return tree.length && under(hit, row); }); return; }
        row.hidden = tree.length > 0 && !ticked && rows.some(function (one) { var f = one.querySelector("[data-fold]"); return f && f.getAttribute("aria-expanded") === "false" && under(row, one); });
      });
    }
    rows.forEach(function (row) {
      var button = row.querySelector("[data-fold]");
      if (!button) return;
      button.hidden = false;
      fold(row, rows.some(function (one) { return under(one, row) && (one.hasAttribute("data-own") || one.querySelector("input:checked")); }));
      button.addEventListener("click", function () { fold(row, button.getAttribute("aria-expanded") === "false"); draw(); });
    });
    draw();
    filter.addEventListener("input", draw);
    filter.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
  }
  function list(box, what) { return Array.prototype.slice.call(box.querySelectorAll(what)); }
  document.addEventListener("DOMContentLoaded", function () { Array.prototype.forEach.call(document.querySelectorAll("[data-boxes]"), start); });
  // What Wagtail starts by scripts inside the page, which the office's content security policy forbids.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-inline-panel]").forEach(function (one) { new window.InlinePanel(JSON.parse(one.dataset.inlinePanel)); });
    document.querySelectorAll("[data-date-chooser]").forEach(function (one) { window.initDateChooser(one.dataset.dateChooser, JSON.parse(one.dataset.options)); });
  });
  // A new item is made by the first save that somebody asks for: an autosave on its way at that moment would make a second one.
  // And a chosen file goes up once, with that save: an autosave would attach it again and again.
  var leaving = false;
  document.addEventListener("submit", function () { leaving = true; }, true);
  document.addEventListener("w-autosave:save", function (event) {
    if (leaving || /\/pages\/add\//.test(window.location.pathname)) { event.preventDefault(); return; }
    var data = event.detail.formData;
    Array.from(data.entries()).forEach(function (pair) { if (pair[1] instanceof File) data.delete(pair[0]); });
  });
  // What this editor saved by itself is what it has seen: the next save must not take it for somebody else's draft.
  document.addEventListener("w-autosave:success", function (event) {
    var said = event.detail.data || {}, form = event.target;
    var fields = { loaded_revision_id: said.revision_id, loaded_revision_created_at: said.revision_created_at };
    Object.keys(fields).forEach(function (name) {
      var field = form.querySelector("input[name=" + name + "]");
      if (field && fields[name]) field.value = fields[name];
    });
  });
})();
