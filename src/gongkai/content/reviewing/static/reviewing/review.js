// Sign by keyboard: j and k go down and up, f opens the next part that was not seen, s signs and goes on; 1, 2, 3 answer a line. Buttons do the same without it.
(function () {
  "use strict";
  function all(where) {
    return Array.prototype.slice.call(document.querySelectorAll(where));
  }
  function typing(target) {
    if (target.tagName === "INPUT") return !/^(radio|checkbox)$/.test(target.type);
    return /^(TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable;
  }
  function rows() {
    return all("[data-row]");
  }
  function mark(link) {
    rows().forEach(function (one) {
      one.closest("li").classList.toggle("is-open", one === link);
    });
    tickable();
  }
  // A text that was seen completely can be selected: the open row's checkbox follows the list of seen parts.
  function tickable() {
    var row = document.querySelector(".gp-rows__one.is-open input[type=checkbox]"),
      list = document.getElementById("seen");
    if (!row || !list || row.hasAttribute("data-bare")) return;
    row.disabled = !!list.querySelector(".gp-seen__no");
    if (!row.disabled) row.removeAttribute("title");
  }
  function step(by) {
    // Continue from the row of the last key, even if its text is still loading: two quick keys move two rows.
    var every = rows(), at = every.indexOf(document.activeElement);
    if (at < 0) {
      at = every.findIndex(function (one) {
        return one.closest("li").classList.contains("is-open");
      });
    }
    var next = every[at + by];
    if (next) {
      next.focus();
      next.click();
    }
  }
  // Open the first attachment that was not seen; return true if there was one.
  function goUnseen() {
    var link = document.querySelector("[data-unseen]");
    if (!link) return false;
    var place = document.getElementById("attached-" + link.dataset.unseen),
      look = place && place.querySelector("[data-look]");
    if (!place) return false;
    var text = place.querySelector(".gp-attached__text");
    if (look && text && !text.childElementCount) look.click();
    place.scrollIntoView();
    // If only the file itself shows it, the first key goes to its link and the next one opens it.
    var file = place.querySelector("[data-open]");
    if (file && document.activeElement === file) file.click();
    else if (file) file.focus();
    // In a long file go to the next page that is not loaded: the browser loads pages when they come near.
    var next = Array.prototype.filter.call(place.querySelectorAll("img.gp-page"), function (one) {
      return !one.complete;
    })[0];
    if (next) next.scrollIntoView();
    return true;
  }
  function answer(number) {
    var focused = document.activeElement && document.activeElement.closest(".gp-line");
    var line = focused || all(".gp-line").filter(function (one) {
      return !one.querySelector("input:checked");
    })[0];
    if (!line) {
      var tick = document.querySelector("[data-confirm]");
      if (tick && number === 1) {
        tick.checked = true;
        tick.focus();
      }
      return;
    }
    var box = line.querySelectorAll("input[type=radio]")[number - 1];
    if (!box) return;
    box.checked = true;
    var every = all(".gp-line"), next = every[every.indexOf(line) + 1];
    if (next) next.querySelector("input").focus();
    else {
      box.focus();
      box.blur();
      var button = document.querySelector("[data-sign]");
      if (button) button.focus();
    }
  }
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
    else if (event.key === "f") { if (goUnseen()) event.preventDefault(); }
    else if (/^[123]$/.test(event.key)) answer(Number(event.key));
    else if (event.key === "s") {
      var button = document.querySelector("[data-sign]"), quick = document.getElementById("quick");
      if (!button || button.disabled || (quick && quick.getAttribute("aria-busy") === "true")) return;
      event.preventDefault();
      button.click();
    }
  });
  document.addEventListener("click", function (event) {
    var target = event.target.closest ? event.target.closest("[data-sign], [data-unseen], [data-open]") : null;
    if (!target) return;
    if (target.hasAttribute("data-open")) setTimeout(told, 1500);
    else if (goUnseen() || ticked(target)) event.preventDefault(); // the server would refuse it
  });
  // A text with a ticked problem can only be returned: stop a signature here, and keep the input.
  function ticked(button) {
    var box = button.hasAttribute("data-sign") && button.form && button.form.querySelector(".gp-no input:checked");
    if (!box) return false;
    box.setCustomValidity("勾了问题的请点“退回修改”；没有问题的不勾");
    box.reportValidity();
    box.setCustomValidity("");
    return true;
  }
  // After a part was shown, request the list of required parts again.
  function told() {
    document.body.dispatchEvent(new CustomEvent("shown"));
  }
  // Count parts that were shown in another window, or after a delay, when the user returns.
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) told();
  });
  window.addEventListener("focus", told);
  document.addEventListener("load", function (event) {
    if (event.target.tagName === "IMG" && event.target.closest(".gp-attached")) told();
  }, true);
  // While another text loads, the visible one cannot be signed: a quick click would sign the wrong text.
  var running = 0;
  function busy(event, begins) {
    var link = event.detail.elt, quick = document.getElementById("quick");
    if (!quick || !link || !link.matches || !link.matches("[data-row]")) return;
    running = Math.max(0, running + (begins ? 1 : -1));
    var on = running > 0;
    quick.setAttribute("aria-busy", on ? "true" : "false");
    Array.prototype.forEach.call(quick.querySelectorAll("button"), function (one) {
      one.disabled = on;
    });
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    busy(event, true);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    busy(event, false);
  });
  document.addEventListener("htmx:afterSettle", tickable);
  document.addEventListener("htmx:afterOnLoad", function (event) {
    var link = event.detail.elt;
    if (!link || !link.matches) return;
    if (link.matches("[data-look]")) told();
    if (!link.matches("[data-row]")) return;
    mark(link);
    var quick = document.getElementById("quick");
    quick.scrollTop = 0;
    if (window.innerWidth <= 1000) quick.scrollIntoView(); // the text stands below the list there
  });
  // After a link from the home page or a message, scroll to the row and its text.
  var asked = /[?&]open=/.test(location.search) && document.querySelector(".gp-rows__one.is-open");
  if (asked) {
    asked.scrollIntoView({ block: "nearest" });
    if (window.innerWidth <= 1000) document.getElementById("quick").scrollIntoView();
  }
})();
