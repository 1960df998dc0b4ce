// Charts as pictures (PNG) with title and source. The page works without it: the figures are in its table.
(function () {
  "use strict";
  var WIDTH = 720, MARGIN = 32, LINE = 34;

  function wrap(pen, words, width) {
    var lines = [""];
    words.split("").forEach(function (character) {
      if (pen.measureText(lines[lines.length - 1] + character).width > width) lines.push("");
      lines[lines.length - 1] += character;
    });
    return lines;
  }

  function draw(chart, image, title) {
    var canvas = document.createElement("canvas"), pen = canvas.getContext("2d"), inner = WIDTH - 2 * MARGIN;
    var fonts = chart.getAttribute("font-family"), address = document.querySelector("link[rel=canonical]") || location;
    var name = document.querySelector(".pk-mast__name span:last-child"),
      source = "来源：" + name.textContent.trim() + "　" + address.href.split("#")[0];
    pen.font = "600 24px " + fonts;
    var head = wrap(pen, title, inner);
    pen.font = "18px " + fonts;
    var foot = wrap(pen, source, inner),
      height = (inner * image.height) / image.width,
      top = MARGIN + head.length * LINE + 8;
    canvas.width = WIDTH * 2;
    canvas.height = (top + height + 16 + foot.length * LINE + MARGIN / 2) * 2;
    pen.scale(2, 2);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, WIDTH, canvas.height);
    pen.fillStyle = "#1f2328";
    pen.font = "600 24px " + fonts;
    head.forEach(function (line, at) {
      pen.fillText(line, MARGIN, MARGIN + at * LINE + 16);
    });
    pen.drawImage(image, MARGIN, top, inner, height);
    pen.fillStyle = "#59636e";
    pen.font = "18px " + fonts;
    foot.forEach(function (line, at) {
      pen.fillText(line, MARGIN, top + height + 16 + at * LINE + 18);
    });
    return canvas.toDataURL("image/png");
  }

  function save(chart, title) {
    var copy = chart.cloneNode(true), box = chart.viewBox.baseVal, image = new Image();
    // An image has no access to the page's colours, so the chart is drawn in those for paper.
    copy.setAttribute("width", box.width * 4);
    copy.setAttribute("height", box.height * 4);
    image.onload = function () {
      var link = document.createElement("a");
      link.href = draw(chart, image, title);
      link.download = title.replace(/[\\/:*?"<>|]/g, "").slice(0, 60) + ".png";
      link.click();
    };
    image.src = "data:image/svg+xml," + encodeURIComponent(new XMLSerializer().serializeToString(copy));
  }

  Array.prototype.forEach.call(document.querySelectorAll("[data-picture]"), function (place) {
    var chart = place.querySelector("svg.gk-chart"), button = document.createElement("button");
    button.type = "button";
    button.className = "gk-btn gk-noprint";
    button.textContent = "保存图片";
    button.addEventListener("click", function () {
      save(chart, place.dataset.picture);
    });
    place.insertAdjacentElement("afterend", button);
  });
})();
