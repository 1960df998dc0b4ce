// Comfort in the editor: an autosave that makes nothing twice.
(function () {
  "use strict";
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
