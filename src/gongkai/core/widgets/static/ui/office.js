// Additions to office pages, which work without them.
(function () {
  "use strict";
  // <button data-copy="#id">: copy the text of an element and confirm it.
  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-copy]");
    if (!button) return;
    var source = document.querySelector(button.getAttribute("data-copy"));
    if (!source) return;
    var text = source.value !== undefined ? source.value : source.textContent;
    var said = function () {
      var old = button.textContent;
      button.textContent = "已复制";
      setTimeout(function () {
        button.textContent = old;
      }, 1500);
    };
    if (navigator.clipboard && window.isSecureContext) {
      navigator.clipboard.writeText(text).then(said);
      return;
    }
    if (source.select) source.select();
    else {
      var range = document.createRange();
      range.selectNodeContents(source);
      var s = getSelection();
      s.removeAllRanges();
      s.addRange(range);
    }
    if (document.execCommand("copy")) said();
  });
  // <input type="checkbox" data-all="name">: tick all boxes of that name.
  document.addEventListener("change", function (event) {
    var name = event.target.getAttribute && event.target.getAttribute("data-all");
    if (!name) return;
    document.querySelectorAll('input[type=checkbox][name="' + name + '"]').forEach(function (box) {
      box.checked = event.target.checked;
    });
  });
  // Disable the buttons of a form in flight, so that it is sent once.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.hasAttribute("data-twice") || form.hasAttribute("data-hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    setTimeout(function () {
      delete form.dataset.sent;
    }, 8000);
  });
  // Show the same summary and errors as the server for fields that the browser refuses, never the browser's popup.
  var describe = function (field) {
    var state = field.validity, length = field.value.length;
    if (state.valueMissing) {
      return field.tagName === "SELECT" || field.type === "radio" || field.type === "checkbox" || field.type === "file"
        ? "请选择。"
        : "请填写。";
    }
    if (state.tooLong) return "最多" + field.maxLength + "个字，现在" + length + "个字，请缩短。";
    if (state.tooShort) return "至少" + field.minLength + "个字，现在" + length + "个字，请补充。";
    if (state.rangeUnderflow) return "不能小于" + field.min + "，请改正。";
    if (state.rangeOverflow) return "不能大于" + field.max + "，请改正。";
    if (state.typeMismatch && field.type === "email") return "不是完整的电子邮箱，请改正。";
    if (state.typeMismatch && field.type === "url") return "不是完整的网址，请写全，以 https:// 开头。";
    if (state.customError) return field.validationMessage + "。";
    return (field.title || "格式不对，请按说明填写") + "。";
  };
  var nameOf = function (field) {
    var label = field.closest("fieldset") && /radio|checkbox/.test(field.type)
      ? field.closest("fieldset").querySelector("legend")
      : field.labels && field.labels[0];
    return label
      ? label.textContent.replace(/\s+/g, " ").replace(/[（(]可不填[)）]/, "").trim()
      : field.getAttribute("aria-label") || field.placeholder || "这一项";
  };
  var clear = function (form) {
    form.querySelectorAll("[data-refused]").forEach(function (one) {
      one.remove();
    });
    form.querySelectorAll("[aria-invalid]").forEach(function (one) {
      one.removeAttribute("aria-invalid");
    });
  };
  var refused = [];
  var show = function () {
    var form = refused[0].form,
      seen = [],
      list = document.createElement("ul"),
      box = document.createElement("div"),
      title = document.createElement("h2");
    clear(form);
    refused.forEach(function (field, at) {
      if (field.type === "radio" && seen.indexOf(field.name) >= 0) return;
      seen.push(field.name);
      var words = describe(field),
        item = document.createElement("li"),
        link = document.createElement("a"),
        reason = document.createElement("p");
      field.id = field.id || "refused-" + at;
      for (var up = field.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
      link.href = "#" + field.id;
      link.textContent = nameOf(field) + "：" + words;
      link.addEventListener("click", function (event) {
        event.preventDefault();
        field.focus();
      });
      reason.className = "gk-reason";
      reason.dataset.refused = "1";
      reason.textContent = words;
      field.setAttribute("aria-invalid", "true");
      field.insertAdjacentElement("afterend", reason);
      item.appendChild(link);
      list.appendChild(item);
    });
    box.className = "gk-errors";
    box.dataset.refused = "1";
    box.tabIndex = -1;
    box.setAttribute("role", "alert");
    title.textContent = "有 " + list.children.length + " 处需要修改";
    box.append(title, list);
    form.prepend(box);
    refused = [];
    box.focus();
  };
  document.addEventListener("invalid", function (event) {
    if (!event.target.form) return;
    event.preventDefault();
    if (!refused.length) setTimeout(show, 0);
    refused.push(event.target);
  }, true);
  // htmx speaks with the page's CSRF token.
  document.addEventListener("htmx:configRequest", function (event) {
    var token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) event.detail.headers["X-CSRFToken"] = token.value;
  });
  // Mark a table that is wider than its frame as scrolling.
  var wide = function () {
    document.querySelectorAll(".gk-scroll").forEach(function (box) {
      box.classList.toggle("gk-scroll--wide", box.scrollWidth > box.clientWidth + 8);
    });
  };
  wide();
  window.addEventListener("resize", wide);
  document.addEventListener("htmx:afterSettle", wide);
  var errors = document.querySelector(".gk-errors[tabindex]");
  if (errors) errors.focus();
})();
