// The review screen by keyboard. Everything works without it, by forms and links.
(function () {
  "use strict";
  var rows = document.getElementById("rows");
  if (!rows) return;
  function unsure() { return Array.prototype.filter.call(document.querySelectorAll("[data-unsure]"), function (e) { return e.closest("#rows"); }); }
  function typing(e) { var t = e.target; return t.closest && t.closest("input:not([type=checkbox]), textarea, select"); }
  function open(el) { var d = el.closest("details"); if (d && el.tagName === "SUMMARY") d.open = true; }
  function go(step) {
    var all = unsure();
    if (!all.length) { var done = document.querySelector("#strip a"); if (done) done.focus(); return false; }
    var here = document.activeElement, at = all.indexOf(here);
    if (at < 0 && here && here.closest && here.closest("#rows")) {
      at = step > 0 ? all.findIndex(function (e) { return here.compareDocumentPosition(e) & 4; }) - 1
                    : all.findIndex(function (e) { return here.compareDocumentPosition(e) & 4; });
    }
    var next = all[at + step];
    if (!next) { if (at >= 0 && step > 0 && at === all.length - 1) next = all[0]; else next = all[step > 0 ? 0 : all.length - 1]; }
    document.querySelectorAll(".nt-pop--unsure[open]").forEach(function (d) { if (!d.contains(next)) d.open = false; });
    open(next); next.focus(); next.scrollIntoView({ block: "center" });
    return true;
  }
  function press(scope, key) { var b = scope && scope.querySelector('[data-key="' + key + '"]'); if (b) { b.click(); return true; } return false; }
  document.addEventListener("keydown", function (e) {
    if (e.ctrlKey && e.key === "Enter" && e.target.hasAttribute && e.target.hasAttribute("data-submit-key")) { e.target.form.requestSubmit(); e.preventDefault(); return; }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
    var here = document.activeElement, row = here && here.closest && here.closest(".nt-row");
    if (e.key === "Tab" && here && here.hasAttribute && here.hasAttribute("data-unsure") && unsure().length > 1) { go(e.shiftKey ? -1 : 1); e.preventDefault(); return; }
    if (e.key === "n" || e.key === "p") { go(e.key === "n" ? 1 : -1); e.preventDefault(); return; }
    if (!row) return;
    if (e.key === "y") { var f = row.querySelector("input[name=do][value=settle]"); if (f) { f.form.requestSubmit(); e.preventDefault(); } return; }
    if (e.key === "e") { var s = row.querySelector("[data-edit]"); if (s) { wanted = row.id; s.click(); e.preventDefault(); } return; }
    if (e.key === "d" && press(row.querySelector(".nt-tools"), "d")) { e.preventDefault(); return; }
    if (/^[0-9a]$/.test(e.key) && press(here.closest("details"), e.key)) e.preventDefault();
  });
  // After a correction the eye goes on to the next doubt at or behind the row that was worked on.
  var last = null, wanted = null;
  document.addEventListener("htmx:beforeRequest", function (e) { var r = e.target.closest && e.target.closest(".nt-row"); last = r ? r.id : null; });
  document.addEventListener("htmx:afterSettle", function () {
    if (!last) return;
    var row = document.getElementById(last); last = null;
    if (!row) return;
    dues(row);
    if (wanted === row.id) { wanted = null; var field = row.querySelector("textarea[name=value]"); if (field) { field.focus(); return; } }
    var inside = row.querySelector("[data-unsure]");
    if (inside) { open(inside); inside.focus(); return; }
    row.tabIndex = -1; row.focus({ preventScroll: true });
  });
  document.addEventListener("htmx:responseError", function (e) { document.getElementById("said").innerHTML = e.detail.xhr.status < 500 ? e.detail.xhr.responseText : '<div class="gk-errors"><p>没有保存成功，请稍后再试；您填写的内容还在。</p></div>'; });
  document.addEventListener("htmx:sendError", function () { document.getElementById("said").innerHTML = '<div class="gk-errors"><p>网络不通，没有保存；您填写的内容还在。</p></div>'; });
  // Only the fields that belong to the chosen kind of limit are shown.
  function due(select) { select.form.querySelectorAll("[data-for]").forEach(function (label) { label.hidden = label.getAttribute("data-for").split(" ").indexOf(select.value) < 0; }); }
  function dues(root) { root.querySelectorAll("[data-due-kind]").forEach(due); }
  document.addEventListener("change", function (e) { if (e.target.hasAttribute("data-due-kind")) due(e.target); });
  dues(document);
})();
