// Restore input that was not received because the session had ended, once the same person has signed in again.
// It is stored in this tab only (sessionStorage), without passwords and files, and removed with the next page.
(function () {
  "use strict";
  var page = document.querySelector(".gk[data-user]"),
    KEY = "gongkai-unsent",
    here = location.pathname + location.search;
  if (!page) return;
  var typed = function (form) {
    return Array.prototype.filter.call(form.elements, function (one) {
      return one.name &&
        /^(textarea|select-one|select-multiple|text|search|number|date|email|tel|url|checkbox|radio)$/.test(one.type);
    });
  };
  var ticks = function (one) {
    return one.type === "checkbox" || one.type === "radio";
  };
  var forms = function () {
    return Array.prototype.filter.call(document.forms, function (form) {
      return form.method === "post" && page.contains(form);
    });
  };
  var kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(KEY));
    sessionStorage.removeItem(KEY);
  } catch (_error) { /* none, or forbidden */ }

  window.addEventListener("submit", function (event) {
    var at = forms().indexOf(event.target);
    if (at < 0) return;
    var values = typed(event.target).map(function (one) {
      return [
        one.name,
        ticks(one)
          ? one.checked
          : one.type === "select-multiple"
          ? Array.prototype.map.call(one.selectedOptions, function (o) {
            return o.value;
          })
          : one.value,
        ticks(one) ? one.value : "",
      ];
    });
    try {
      sessionStorage.setItem(KEY, JSON.stringify({ user: page.dataset.user, page: here, form: at, values: values }));
    } catch (_error) { /* full, or forbidden */ }
  });

  if (location.hash !== "#unsent") return;
  history.replaceState(history.state, "", here);
  var form = kept && kept.user === page.dataset.user && kept.page === here ? forms()[kept.form] : null, back = false;
  (form ? typed(form) : []).forEach(function (one, place) {
    var value = kept.values[place];
    if (!value || value[0] !== one.name || (ticks(one) && value[2] !== one.value)) return;
    if (ticks(one)) one.checked = value[1];
    else if (one.type === "select-multiple") {
      Array.prototype.forEach.call(one.options, function (o) {
        o.selected = value[1].indexOf(o.value) >= 0;
      });
    } else one.value = value[1];
    back = true;
  });
  if (form) {
    for (var folded = form.closest("details"); folded; folded = folded.parentElement.closest("details")) {
      folded.open = true;
    }
  }
  var note = document.createElement("div");
  note.className = "gk-note gk-note--warn";
  note.setAttribute("role", "alert");
  note.tabIndex = -1;
  note.textContent = back
    ? "▲ 您刚才填写的内容没有提交，已经放回，请核对后再提交；选择的文件请重新选择。"
    : "▲ 您刚才填写的内容没有提交，请重新填写。";
  var body = page.querySelector(".gk-body") || page;
  if (form) form.parentNode.insertBefore(note, form);
  else body.insertBefore(note, body.firstChild);
  note.focus();
})();
