// 粘贴正文: send pasted text to the server's cleaner first, so that Word's markup never enters the box. Without it the text area takes plain text.
(function () {
  "use strict";
  function start(form) {
    var box = form.querySelector("[data-box]"),
      area = form.querySelector("textarea[name=html]"),
      said = form.querySelector("[data-said]");
    var token = form.querySelector("[name=csrfmiddlewaretoken]").value, changed = false;
    box.hidden = false;
    area.hidden = true;
    function say(words) {
      said.textContent = words;
    }
    function keep(losses) {
      var field = document.createElement("input");
      field.type = "hidden";
      field.name = "losses";
      field.value = losses;
      form.appendChild(field);
    }
    function take(html) {
      say("正在整理粘贴的内容……");
      var data = new FormData();
      data.append("html", html);
      return fetch(form.dataset.paste, {
        method: "POST",
        body: data,
        headers: { "X-CSRFToken": token },
        credentials: "same-origin",
      })
        .then(function (answer) {
          if (!answer.ok) throw new Error(String(answer.status));
          return answer.json();
        })
        .then(function (made) {
          box.focus();
          document.execCommand("insertHTML", false, made.html);
          if (made.losses) keep(made.losses);
          say(made.notes.join(" ") || "已粘贴。");
        })
        .catch(function (error) {
          say(
            error.message === "400" || error.message === "413"
              ? "粘贴的内容过大，请改用上传文件。"
              : "没有粘贴成功，请重试，或改用上传文件。",
          );
        });
    }
    function read(file) {
      return new Promise(function (done) {
        var reader = new FileReader();
        reader.onload = function () {
          done('<img src="' + reader.result + '" alt="">');
        };
        reader.onerror = function () {
          done("");
        };
        reader.readAsDataURL(file);
      });
    }
    box.addEventListener("paste", function (event) {
      var board = event.clipboardData;
      if (!board) return;
      event.preventDefault();
      changed = true;
      var html = board.getData("text/html");
      if (html) {
        take(html);
        return;
      }
      var files = Array.prototype.filter.call(board.files || [], function (file) {
        return /^image\//.test(file.type);
      });
      if (files.length) {
        Promise.all(files.map(read)).then(function (parts) {
          take(parts.join(""));
        });
        return;
      }
      take(
        board.getData("text/plain").replace(/&/g, "&amp;").replace(/</g, "&lt;").split(/\r?\n/).map(function (line) {
          return "<p>" + line + "</p>";
        }).join(""),
      );
    });
    box.addEventListener("input", function () {
      changed = true;
    });
    form.addEventListener("submit", function () {
      area.value = box.innerHTML;
      changed = false;
    });
    window.addEventListener("beforeunload", function (event) {
      if (changed) {
        event.preventDefault();
        event.returnValue = "";
      }
    });
  }
  document.addEventListener("DOMContentLoaded", function () {
    Array.prototype.forEach.call(document.querySelectorAll("[data-paste]"), start);
  });
})();
