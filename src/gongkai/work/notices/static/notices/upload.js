// Drag a file onto the form, and show that it is being uploaded.
(function () {
  "use strict";
  var form = document.getElementById("upload");
  if (!form) return;
  var input = form.querySelector("input[type=file]"), said = document.getElementById("reading");
  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (e) {
      e.preventDefault();
      form.classList.toggle("is-over", name === "dragover");
      if (name === "drop" && e.dataTransfer.files.length) input.files = e.dataTransfer.files;
    });
  });
  form.addEventListener("submit", function () {
    said.hidden = false;
  });
})();
