// A clean-up round by keyboard: rows up and down, a key for each verdict, selecting, saving. Selects, checkboxes and buttons do the same without it.
(function () {
  "use strict";
  var table = document.querySelector("[data-cases]");
  if (!table || !table.querySelector("[name=pick]")) return;
  var form = table.closest("form"),
    keys = document.querySelector("[data-keys]"),
    all = table.querySelector("[data-all]");
  var rows = Array.prototype.slice.call(table.tBodies[0].rows), at = -1, dirty = false;
  var VERDICTS = { "0": "", "1": "keep", "2": "amend", "3": "repeal", "4": "expire" };
  function part(row, end) {
    return row.querySelector("[name$='" + end + "']");
  }
  function box(row) {
    return row.querySelector("[name=pick]");
  }
  function go(to) {
    if (to < 0 || to >= rows.length) return;
    if (rows[at]) rows[at].classList.remove("is-here");
    at = to;
    rows[at].classList.add("is-here");
    box(rows[at]).focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "center" });
  }
  function tell() {
    var count = rows.filter(function (row) {
      return box(row).checked;
    }).length;
    form.querySelector("[data-picked]").textContent = count ? "（" + count + "件）" : "";
    all.checked = count === rows.length;
    all.indeterminate = count > 0 && count < rows.length;
  }
  function judge(row, verdict) {
    var select = part(row, "-verdict");
    select.value = verdict;
    dirty = true;
    // 修改、废止、失效 need a reason: move the focus there.
    if (verdict && verdict !== "keep" && !part(row, "-reason").value) part(row, "-reason").focus();
    else go(at + 1);
  }
  function typing(target) {
    return /^(TEXTAREA|SELECT)$/.test(target.tagName) || (target.tagName === "INPUT" && target.type !== "checkbox");
  }
  all.hidden = keys.hidden = false;
  all.addEventListener("change", function () {
    rows.forEach(function (row) {
      box(row).checked = all.checked;
    });
    tell();
  });
  table.addEventListener("change", function (event) {
    if (event.target.name === "pick") tell();
    else if (event.target !== all) dirty = true;
  });
  table.addEventListener("focusin", function (event) {
    var here = rows.indexOf(event.target.closest("tr"));
    if (here >= 0 && here !== at) {
      if (rows[at]) rows[at].classList.remove("is-here");
      at = here;
      rows[at].classList.add("is-here");
    }
  });
  form.addEventListener("submit", function () {
    dirty = false;
  });
  window.addEventListener("beforeunload", function (event) {
    if (dirty) event.preventDefault();
  });
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (typing(event.target)) {
      var inside = table.contains(event.target) && event.target.name;
      if (inside && event.key === "Escape") {
        event.preventDefault();
        box(rows[at]).focus();
      } else if (inside && event.key === "Enter" && /-reason$/.test(inside)) {
        event.preventDefault();
        go(at + 1);
      }
      return;
    }
    var row = rows[at];
    if (event.key === "j" || event.key === "k") go(at + (event.key === "j" ? 1 : -1));
    else if (event.key === "a") {
      rows.forEach(function (one) {
        box(one).checked = !part(one, "-verdict").value;
      });
      tell();
    } else if (event.key === "s") form.querySelector("[data-save]").click();
    else if (row && event.key in VERDICTS) judge(row, VERDICTS[event.key]);
    else if (row && event.key === "x") {
      box(row).checked = !box(row).checked;
      tell();
    } else if (row && event.key === "r") part(row, "-reason").focus();
    else return;
    event.preventDefault();
  });
})();
