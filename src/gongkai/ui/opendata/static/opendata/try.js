// Try an operation on its page: request the form's URL and show the answer below. Without a script the form leads to the answer itself.
(function () {
  "use strict";
  function address(form) {
    var path = form.dataset.address, asked = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      value = value.trim();
      if (name === "operation") return;
      if (path.includes("{" + name + "}")) path = path.replace("{" + name + "}", encodeURIComponent(value || "0"));
      else if (value) asked.append(name, value);
    });
    return asked.toString() ? path + "?" + asked : path;
  }
  document.querySelectorAll("[data-try]").forEach(function (form) {
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      var place = form.parentNode.querySelector("[data-answer]"),
        said = place.querySelector("[data-said]"),
        asked = place.querySelector("[data-asked]");
      var path = address(form), link = document.createElement("a");
      link.href = path;
      link.textContent = "GET " + decodeURI(path);
      asked.replaceChildren(link);
      said.textContent = "正在读取…";
      place.hidden = false;
      fetch(path, { headers: { Accept: "application/json" } }).then(function (answer) {
        return answer.json().then(function (data) {
          asked.append("　" + (answer.ok ? "成功" : "没有答复") + "（" + answer.status + "）");
          said.textContent = JSON.stringify(data, null, 2);
          said.focus();
        });
      }).catch(function () {
        said.textContent = "没有读到，请检查网络后再试。";
      });
    });
  });
})();
