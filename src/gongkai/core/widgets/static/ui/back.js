// Go back to a page that answered a form. A browser can only send the form again, and shows an error of its own instead:
// so a link or button on such a page stores its URL, which is then requested like any other. Reloading sends again, as usual.
(function () {
  "use strict";
  if (document.querySelector("[data-done]")) return; // a receipt is shown again by sending the form again, which does nothing twice

  // The page of a sender's matter has no URL: its pass for half an hour is stored in this tab's history only, and sent on the way back.
  var sitting = document.querySelector("[data-sitting]"),
    again = document.querySelector("[data-again]"),
    pass = history.state && history.state.pass;
  var keep = function () {
    if (sitting) history.replaceState({ pass: sitting.dataset.sitting }, "", sitting.dataset.at);
    else history.replaceState(history.state, "", location.href);
  };
  var leave = function (event) {
    if (!event.defaultPrevented && (event.type !== "click" || event.target.closest("a[href]"))) keep();
  };
  window.addEventListener("submit", leave);
  window.addEventListener("click", leave);
  if (sitting) {
    window.addEventListener("load", function () {
      setTimeout(keep, 0);
    });
  }
  if (!again || !pass) return;
  // A link to the form, or its typed URL, opens the form itself: a browser keeps the history entry if the URL is the same.
  var way = window.performance && performance.getEntriesByType ? performance.getEntriesByType("navigation")[0] : null;
  if (way && way.type === "navigate") return history.replaceState(null, "");
  // Not sent as a form, which would add one more page to the history.
  fetch(again.dataset.again, { method: "POST", body: new URLSearchParams({ pass: pass }), credentials: "omit" }).then(
    function (answer) {
      if (!answer.ok) history.replaceState(null, "");
      return answer.text();
    },
  ).then(function (html) {
    document.open();
    document.write(html);
    document.close();
  });
})();
