// The review screen by keyboard. Everything works without it, by forms and links.
(function () {
  "use strict";
  var rows = document.getElementById("rows");
  if (!rows) return;
  var last = null; // the row a correction was sent from, as it was then
  var opening = null; // the row whose line was opened
  var wanted = null; // the row whose forms were asked for
  var judged = null; // the row last found right, for taking it back
  var onward = false; // whether the eye goes on to the next doubt once the row has none

  function unsure() {
    return Array.prototype.filter.call(document.querySelectorAll("[data-unsure]"), function (e) {
      return e.closest("#rows");
    });
  }
  function typing(e) {
    var t = e.target;
    return t.closest && t.closest("input:not([type=checkbox]), textarea, select");
  }
  function look(el) {
    if (el.matches(".nt-line > a")) {
      el.focus({ preventScroll: true });
      el.click();
      return;
    }
    document.querySelectorAll(".nt-pop--unsure[open]").forEach(function (d) {
      if (!d.contains(el)) d.open = false;
    });
    var d = el.closest("details");
    if (d && el.tagName === "SUMMARY") d.open = true;
    el.focus({ preventScroll: true });
    bring(el, 3);
  }
  // Show the whole row if it fits. Opened rows change the height of the page, so look again in the next frames.
  function bring(el, times) {
    var row = el.closest(".nt-row");
    (row && row.offsetHeight < window.innerHeight * 0.8 ? row : el).scrollIntoView({
      block: "center",
      behavior: "instant",
    });
    if (times > 1) {
      requestAnimationFrame(function () {
        if (document.activeElement === el) bring(el, times - 1);
      });
    }
  }
  function go(step) {
    var all = unsure();
    if (!all.length && document.querySelector("#strip .gk-chip--warn") && document.querySelector("#rows .gk-pager")) {
      window.location.search = "";
      return true;
    }
    if (!all.length) {
      var done = document.querySelector("#strip a");
      if (done) done.focus();
      return false;
    }
    var here = document.activeElement, at = all.indexOf(here);
    if (at < 0 && here && here.closest && here.closest("#rows")) {
      at = all.findIndex(function (e) {
        return here.compareDocumentPosition(e) & 4;
      });
      if (at < 0) at = all.length;
      if (step > 0) at -= 1;
    }
    var next = all[at + step];
    if (!next) next = all[step > 0 ? 0 : all.length - 1];
    look(next);
    return true;
  }
  function press(scope, key) {
    var b = scope && scope.querySelector('[data-key="' + key + '"]');
    if (b) {
      b.click();
      return true;
    }
    return false;
  }
  function save(e) {
    if (!e.ctrlKey || e.key !== "Enter" || !e.target.hasAttribute || !e.target.hasAttribute("data-submit-key")) {
      return false;
    }
    var equal = e.shiftKey && e.target.form.querySelector("[data-equal-key]");
    if (equal) equal.click();
    else e.target.form.requestSubmit();
    return true;
  }
  // Handle a key in a row; return true if it had a meaning.
  function inRow(key, here, row) {
    if (key === "y") {
      judged = row.id;
      onward = true;
      return press(row.querySelector(".nt-tools"), "y");
    }
    if (key === "o") {
      return row.classList.contains("nt-line")
        ? (row.querySelector("a").click(), true)
        : press(row.querySelector(".nt-tools"), "o");
    }
    if (key === "e") {
      var s = row.querySelector("[data-edit]");
      if (s) {
        wanted = row.id;
        s.click();
      }
      return Boolean(s);
    }
    if (key === "d") return press(row.querySelector(".nt-tools"), "d");
    if (key === "w") {
      var pop = here.closest("details.nt-pop"), field = pop && pop.querySelector("[data-names]");
      if (field) field.focus();
      return Boolean(field);
    }
    if (/^[0-9ax]$/.test(key)) {
      onward = true;
      return press(here.closest("details.nt-pop, .nt-flag"), key);
    }
    return false;
  }
  function takeBack(here) {
    var row = here && here.closest && here.closest(".nt-row");
    if (row && press(row.querySelector(".nt-tools"), "u")) return true;
    row = judged && document.getElementById(judged);
    return Boolean(row) && press(row.querySelector(".nt-tools"), "u");
  }
  document.addEventListener("keydown", function (e) {
    if (save(e)) {
      e.preventDefault();
      return;
    }
    if (e.key === "Escape" && typing(e) && e.target.closest("details.nt-pop")) {
      e.target.closest("details").querySelector("summary").focus();
      return;
    }
    if (e.ctrlKey || e.metaKey || e.altKey || typing(e)) return;
    var here = document.activeElement, row = here && here.closest && here.closest(".nt-row");
    if (e.key === "Tab" && here && here.hasAttribute && here.hasAttribute("data-unsure") && unsure().length > 1) {
      go(e.shiftKey ? -1 : 1);
      e.preventDefault();
      return;
    }
    if (e.key === "?") {
      var keys = document.getElementById("keys");
      if (keys) {
        keys.open = !keys.open;
        e.preventDefault();
      }
      return;
    }
    if (e.key === "n" || e.key === "p") {
      go(e.key === "n" ? 1 : -1);
      e.preventDefault();
      return;
    }
    if (e.key === "u") {
      if (takeBack(here)) {
        onward = false;
        e.preventDefault();
      }
      return;
    }
    if (row && inRow(e.key, here, row)) e.preventDefault();
  });
  // After a correction scroll to the next doubt of the row, and by keyboard from there to the next row.
  document.addEventListener("htmx:beforeRequest", function (e) {
    var r = e.target.closest && e.target.closest(".nt-row");
    if (e.target.matches(".nt-line > a")) {
      opening = r.id;
      last = null;
    } else if (r) last = r;
  });
  document.addEventListener("submit", function (e) {
    if (e.target.querySelector("[data-names]")) onward = true;
  }, true);
  document.addEventListener("htmx:afterSettle", function () {
    var opened = opening && document.getElementById(opening);
    if (opened && !opened.classList.contains("nt-line")) {
      opening = null;
      window.gkDues(opened);
      var first = opened.querySelector("[data-unsure]");
      if (first) look(first);
      else {
        opened.tabIndex = -1;
        opened.focus();
      }
      return;
    }
    if (!last) return;
    var row = document.getElementById(last.id), on = onward;
    if (row === last) return; // another part of the page has settled, which loads by itself
    last = null;
    onward = false;
    if (!row) return;
    window.gkDues(row);
    if (wanted === row.id) {
      wanted = null;
      var field = row.querySelector("textarea[name=value]");
      if (field) {
        field.focus();
        return;
      }
    }
    var inside = row.querySelector("[data-unsure]");
    if (inside) {
      look(inside);
      return;
    }
    row.tabIndex = -1;
    row.focus({ preventScroll: true });
    if (on) go(1);
  });
  document.addEventListener("htmx:responseError", function (e) {
    document.getElementById("said").innerHTML = e.detail.xhr.status < 500
      ? e.detail.xhr.responseText
      : '<div class="gk-errors"><p>没有保存成功，请稍后再试；您填写的内容还在。</p></div>';
  });
  document.addEventListener("htmx:sendError", function () {
    document.getElementById("said").innerHTML =
      '<div class="gk-errors"><p>网络不通，没有保存；您填写的内容还在。</p></div>';
  });
})();
