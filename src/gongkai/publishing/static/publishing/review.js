// The queue by keyboard: j and k go down and up, s signs and goes on. Without it the buttons do.
(function () {
  "use strict";
  function typing(target) { return /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable; }
  function rows() { return Array.prototype.slice.call(document.querySelectorAll("[data-row]")); }
  function mark(link) {
    rows().forEach(function (one) { one.closest("li").classList.toggle("is-open", one === link); });
    var box = link.closest("li").querySelector("input[type=checkbox]");
    if (box) { box.disabled = false; box.removeAttribute("title"); }
  }
  function step(by) {
    var all = rows(), at = all.findIndex(function (one) { return one.closest("li").classList.contains("is-open"); });
    var next = all[at + by];
    if (next) { next.focus(); next.click(); }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "s") {
      var button = document.querySelector("[data-sign]"), quick = document.getElementById("quick");
      if (!button || button.disabled || (quick && quick.getAttribute("aria-busy") === "true")) return;
      event.preventDefault();
      button.click();
    }
  });
  // While another text is being fetched the one still shown cannot be signed: a quick finger would sign what it no longer means.
  var running = 0;
  function busy(event, begins) {
    var link = event.detail.elt, quick = document.getElementById("quick");
    if (!quick || !link || !link.matches || !link.matches("[data-row]")) return;
    running = Math.max(0, running + (begins ? 1 : -1));
    var on = running > 0;
    quick.setAttribute("aria-busy", on ? "true" : "false");
    Array.prototype.forEach.call(quick.querySelectorAll("button"), function (one) { one.disabled = on; });
  }
  document.addEventListener("htmx:beforeRequest", function (event) { busy(event, true); });
  document.addEventListener("htmx:afterRequest", function (event) { busy(event, false); });
  document.addEventListener("htmx:afterOnLoad", function (event) {
    var link = event.detail.elt;
    if (!link || !link.matches || !link.matches("[data-row]")) return;
    mark(link);
    if (window.innerWidth <= 1000) document.getElementById("quick").scrollIntoView();  // the text stands below the list there
  });
})();
