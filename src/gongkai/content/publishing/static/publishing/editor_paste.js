// Send text pasted into Wagtail's editor to the server's cleaner first, as in 正文排版; it reports what it leaves out.
(function () {
  "use strict";
  var address = document.currentScript.dataset.paste;
  // Text copied inside the editor is not changed.
  var OWN = /data-draftjs-conductor-fragment|data-editor=/;

  function say(editor, words) {
    var line = editor.parentNode.querySelector("[data-pasted]");
    if (!line) {
      line = document.createElement("p");
      line.className = "help-block help-warning";
      line.dataset.pasted = "";
      line.setAttribute("role", "status");
      editor.parentNode.insertBefore(line, editor.nextSibling);
    }
    line.textContent = words;
    line.hidden = !words;
  }

  function keep(form, losses) {
    var field = document.createElement("input");
    field.type = "hidden";
    field.name = "losses";
    field.value = losses;
    form.appendChild(field);
  }

  function insert(target, html) {
    var clean = new DataTransfer();
    clean.setData("text/html", html);
    clean.setData("text/plain", new DOMParser().parseFromString(html, "text/html").body.textContent);
    target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: clean, bubbles: true, cancelable: true }));
  }

  document.addEventListener("paste", function (event) {
    var editor = event.target.closest && event.target.closest(".Draftail-Editor");
    var html = event.clipboardData ? event.clipboardData.getData("text/html") : "";
    if (!event.isTrusted || !editor || !html || OWN.test(html)) return;
    var target = event.target, form = editor.closest("form"), data = new FormData();
    event.preventDefault();
    event.stopPropagation();
    data.append("html", html);
    say(editor, "正在整理粘贴的内容……");
    fetch(address, {
      method: "POST",
      body: data,
      headers: { "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]").value },
      credentials: "same-origin",
    })
      .then(function (answer) {
        if (!answer.ok) throw new Error(String(answer.status));
        return answer.json();
      })
      .then(function (made) {
        if (made.html) insert(target, made.html);
        if (made.losses) keep(form, made.losses);
        say(editor, made.notes.join(" "));
      })
      .catch(function (error) {
        var large = error.message === "400" || error.message === "413";
        say(editor, large ? "粘贴的内容过大，请改用上传文件。" : "没有粘贴成功，请重试，或改用正文排版。");
      });
  }, true);
})();
