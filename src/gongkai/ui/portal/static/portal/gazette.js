// Turn the pages of the gazette: the text is in columns as wide as the book; buttons and arrow keys scroll by the visible width.
(function () {
  "use strict";
  var book = document.querySelector("[data-book]");
  if (!book) return;
  var said = document.querySelector("[data-page]");
  var buttons = document.querySelectorAll("[data-turn]");
  // Distance of one step: the visible columns and the gap after the last of them.
  function step() {
    var style = getComputedStyle(book);
    return book.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) +
      (parseFloat(style.columnGap) || 0);
  }
  function most() {
    return book.scrollWidth - book.clientWidth;
  }
  function count() {
    return Math.max(1, Math.ceil(most() / step() - 0.1) + 1);
  }
  function page() {
    return book.scrollLeft >= most() - 2 ? count() : Math.round(book.scrollLeft / step()) + 1;
  }
  function show() {
    said.textContent = "第 " + page() + " 页，共 " + count() + " 页";
    buttons.forEach(function (one) {
      one.disabled = one.dataset.turn < 0 ? page() === 1 : page() === count();
    });
  }
  function turn(by) {
    var calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    book.scrollTo({ left: (page() - 1 + by) * step(), behavior: calm ? "auto" : "smooth" });
  }
  buttons.forEach(function (one) {
    one.hidden = false;
    one.addEventListener("click", function () {
      turn(Number(one.dataset.turn));
    });
  });
  book.addEventListener("keydown", function (event) {
    var by = { ArrowRight: 1, PageDown: 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (by) {
      event.preventDefault();
      turn(by);
    }
  });
  book.addEventListener("scroll", function () {
    requestAnimationFrame(show);
  }, { passive: true });
  book.addEventListener("click", function (event) {
    var link = event.target.closest("a[href^='#piece-']");
    if (!link) return;
    var piece = document.getElementById(link.hash.slice(1));
    event.preventDefault();
    var left = piece.getBoundingClientRect().left - book.getBoundingClientRect().left + book.scrollLeft;
    book.scrollTo({ left: Math.floor(left / step()) * step() });
    book.focus();
  });
  addEventListener("resize", show);
  show();
})();
