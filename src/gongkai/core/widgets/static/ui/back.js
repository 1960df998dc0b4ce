// The way back to a page that answers a form. A browser can only ask for it by sending the form again, and shows an error of its own instead:
// so whoever leaves such a page by a link or a button leaves its address behind, which is asked for as any other. Reloading sends again, as ever.
(function () {
  "use strict";
  if (document.querySelector("[data-done]")) return; // a receipt is shown again by sending the form again, which does nothing twice

  // The page of one's own matter has no address: what opens it for half an hour stands in this tab's history alone, and is sent on the way back.
  var sitting = document.querySelector("[data-sitting]"), again = document.querySelector("[data-again]"), pass = history.state && history.state.pass;
  var keep = function () {
    if (sitting) history.replaceState({ pass: sitting.dataset.sitting }, "", sitting.dataset.at);
    else history.replaceState(history.state, "", location.href);
  };
  var leave = function (event) { if (!event.defaultPrevented && (event.type !== "click" || event.target.closest("a[href]"))) keep(); };
  window.addEventListener("submit", leave);
  window.addEventListener("click", leave);
  if (sitting) window.addEventListener("load", function () { setTimeout(keep, 0); });
  if (!again || !pass) return;
  // Whoever follows a link to the form, or types its address, wants the form: a browser keeps the history's entry where the address is the same.
  var way = window.performance && performance.getEntriesByType ? performance.getEntriesByType("navigation")[0] : null;
  if (way && way.type === "navigate") return history.replaceState(null, "");
  // Not sent as a form: that would be one more page in the history, and no way back behind it.
  fetch(again.dataset.again, { method: "POST", body: new URLSearchParams({ pass: pass }), credentials: "omit" }).then(function (answer) {
    if (!answer.ok) history.replaceState(null, "");
    return answer.text();
  }).then(function (html) { document.open(); document.write(html); document.close(); });
})();
