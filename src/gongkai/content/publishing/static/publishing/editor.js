// Autosave in the editor without duplicates.
(function () {
  "use strict";
  // Start what Wagtail starts by inline scripts, which the office's content security policy forbids.
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-inline-panel]").forEach(function (one) {
      new window.InlinePanel(JSON.parse(one.dataset.inlinePanel));
    });
  });
  // The user's first save creates a new item: an autosave in flight at that moment would create a second one.
  // A chosen file is uploaded once, with that save: an autosave would attach it again each time.
  // The user's save waits for the autosave in flight: otherwise each takes the other for another user's draft (slow networks).
  var leaving = false, saving = null, waiting = null, LONGEST = 20000;
  document.addEventListener("submit", function (event) {
    if (saving && saving === event.target) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (waiting) return;
      waiting = { form: event.target, button: event.submitter };
      setTimeout(saved, LONGEST);
      return;
    }
    leaving = true;
  }, true);
  var saved = function () {
    saving = null;
    var asked = waiting;
    waiting = null;
    if (asked) asked.form.requestSubmit(asked.button);
  };
  document.addEventListener("w-autosave:error", function () {
    setTimeout(saved);
  });
  document.addEventListener("w-autosave:save", function (event) {
    if (leaving || waiting || /\/pages\/add\//.test(window.location.pathname)) {
      event.preventDefault();
      return;
    }
    saving = event.target.closest("form") || event.target;
    var data = event.detail.formData;
    Array.from(data.entries()).forEach(function (pair) {
      if (pair[1] instanceof File) data.delete(pair[0]);
    });
  });
  // Record this editor's autosave as seen: the next save must not take it for another user's draft.
  document.addEventListener("w-autosave:success", function (event) {
    var said = event.detail.data || {}, form = event.target;
    var fields = { loaded_revision_id: said.revision_id, loaded_revision_created_at: said.revision_created_at };
    Object.keys(fields).forEach(function (name) {
      var field = form.querySelector("input[name=" + name + "]");
      if (field && fields[name]) field.value = fields[name];
    });
    setTimeout(saved); // behind what Wagtail itself does with the answer
  });
})();
