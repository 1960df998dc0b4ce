// A button next to each text field for a date or time opens the browser's own picker, which writes only the choice into the field.
// Typed or pasted text is never changed. Without this script the user types.
(function () {
  "use strict";
  if (!("showPicker" in HTMLInputElement.prototype)) return;
  var LABELS = { date: "从日历选日期", time: "选时间", "datetime-local": "从日历选日期和时间" };

  // The picker starts at the field's value if it has the picker's format.
  function start(typed) {
    return /^\d{4}-\d\d-\d\d( \d\d:\d\d)?$|^\d\d:\d\d$/.test(typed) ? typed.replace(" ", "T") : "";
  }

  function complete(box) {
    var field = box.querySelector("input"), type = box.dataset.picker;
    if (!field || field.disabled || field.readOnly || box.querySelector("button")) return;
    var picker = document.createElement("input"), button = document.createElement("button");
    picker.type = type;
    picker.tabIndex = -1;
    picker.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.title = LABELS[type];
    button.setAttribute("aria-label", LABELS[type]);
    button.className = type === "time" ? "gk-picker__time" : "gk-picker__date";
    button.addEventListener("click", function () {
      picker.value = start(field.value.trim());
      picker.showPicker();
    });
    picker.addEventListener("change", function (event) {
      event.stopPropagation();
      if (!picker.value) return;
      field.value = picker.value.replace("T", " ");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
      field.focus();
    });
    picker.addEventListener("input", function (event) {
      event.stopPropagation();
    });
    box.append(picker, button);
  }

  function completeAll() {
    document.querySelectorAll("[data-picker]").forEach(complete);
  }
  completeAll();
  document.addEventListener("htmx:afterSettle", completeAll);
})();
