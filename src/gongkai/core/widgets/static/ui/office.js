// Comfort for office pages; every page works without it.
(function () {
  "use strict";
  // <button data-copy="#id">: copy the text of an element and say so.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    var source = document.querySelector(button.getAttribute("data-copy"));
    if (!source) return;
    var text = source.value !== undefined ? source.value : source.textContent;
    var said = function () { var old = button.textContent; button.textContent = "已复制"; setTimeout(function () { button.textContent = old; }, 1500); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(said); return; }
    if (source.select) { source.select(); } else { var range = document.createRange(); range.selectNodeContents(source); var s = getSelection(); s.removeAllRanges(); s.addRange(range); }
    if (document.execCommand("copy")) said();
  });
  // <input type="checkbox" data-all="name">: tick all boxes of that name.
  document.addEventListener("change", function (event) {
    var name = event.target.getAttribute && event.target.getAttribute("data-all");
    if (!name) return;
    document.querySelectorAll('input[type=checkbox][name="' + name + '"]').forEach(function (box) { box.checked = event.target.checked; });
  });
  // A form sent twice does it once: buttons of a form in flight are held.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-twice") || form.hasAttribute("data-hx-post")) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  // htmx speaks with the page's CSRF token.
  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  // A table wider than its place says that it goes on beside.
  var wide = function () {
    document.querySelectorAll(".gk-scroll").forEach(function (box) { box.classList.toggle("gk-scroll--wide", box.scrollWidth > box.clientWidth + 8); });
  };
  wide();
  window.addEventListener("resize", wide);
  document.addEventListener("htmx:afterSettle", wide);
  var errors = document.querySelector(".gk-errors[tabindex]");
  if (errors) errors.focus();
})();
