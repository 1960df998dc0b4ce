// Additions to the public pages, which work without them: printing, reading aloud, suggested titles.
(function () {
  "use strict";
  var all = function (query) {
    return Array.prototype.slice.call(document.querySelectorAll(query));
  };

  all("[data-print]").forEach(function (button) {
    button.hidden = false;
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // Add the page's URL to the form that reports a fault on it.
  all("[data-report]").forEach(function (link) {
    if (location.pathname !== link.pathname) link.search = "?page=" + encodeURIComponent(location.href.split("#")[0]);
  });

  // On a phone the navigation is one scrolling row: scroll the current name into view.
  // Repeat it after the larger type is applied, which moves the links.
  ["DOMContentLoaded", "load"].forEach(function (ready) {
    window.addEventListener(ready, function () {
      all(".pk-nav [aria-current]").forEach(function (link) {
        var row = link.closest("ul");
        row.scrollLeft = link.offsetLeft - row.offsetLeft - 16;
      });
    });
  });

  // On a phone fold the facets, except those in use.
  if (window.matchMedia("(max-width: 760px)").matches) {
    all(".pk-facet").forEach(function (facet) {
      facet.open = !!facet.querySelector("[aria-current]");
      facet.dataset.set = "";
    });
  }

  // Read aloud block by block, because browsers limit the length of a text, and mark the current block.
  var speech = window.speechSynthesis,
    text = document.querySelector("[data-read]") || document.querySelector("main"),
    button = document.querySelector("[data-speak]");
  if (speech && text && button && window.SpeechSynthesisUtterance) {
    var blocks = [], at = -1;
    button.hidden = false;
    var stop = function () {
      if (blocks[at]) blocks[at].classList.remove("pk-reading");
      at = -1;
      speech.cancel();
      button.textContent = "朗读";
      button.setAttribute("aria-pressed", "false");
    };
    // Tell the reader if the device has no Chinese voice.
    var silent = function () {
      var said = button.parentNode.querySelector("[data-silent]") ||
        button.parentNode.appendChild(document.createElement("span"));
      said.setAttribute("data-silent", "");
      said.setAttribute("role", "status");
      said.textContent = "这台设备没有中文语音，不能朗读。";
    };
    var next = function () {
      if (blocks[at]) blocks[at].classList.remove("pk-reading");
      at += 1;
      if (at >= blocks.length) {
        stop();
        return;
      }
      var words = new SpeechSynthesisUtterance(blocks[at].textContent.replace(/\s+/g, " ").slice(0, 2000)), mine = at;
      words.lang = "zh-CN";
      words.rate = 0.95;
      words.onend = function () {
        if (at === mine) next();
      };
      words.onerror = function (event) {
        if (at !== mine) return;
        stop();
        if (/language|voice|synthesis/.test(event.error)) silent();
      };
      blocks[at].classList.add("pk-reading");
      speech.speak(words);
    };
    button.addEventListener("click", function () {
      if (at >= 0) {
        stop();
        return;
      }
      var voices = speech.getVoices();
      if (
        voices.length && !voices.some(function (voice) {
          return /^(zh|cmn|yue)/i.test(voice.lang);
        })
      ) {
        silent();
        return;
      }
      blocks = Array.prototype.slice.call(
        text.querySelectorAll("h1, h2, h3, h4, p, li, tr, caption, dt, dd, legend, label, summary"),
      ).filter(function (one) {
        return one.textContent.trim() && !one.querySelector("p, li, tr, dt, label") && one.getClientRects().length &&
          !one.closest("nav");
      }); // what is folded up is not read
      button.textContent = "停止朗读";
      button.setAttribute("aria-pressed", "true");
      next();
    });
    window.addEventListener("pagehide", stop);
  }

  // Suggest titles during typing in a listbox below the search box: arrows choose, Enter opens, Escape closes; without a choice the form searches as usual.
  all("[data-suggest]").forEach(function (box) {
    var list = document.createElement("ul"), chosen = -1, wait = 0, last = "", asked = 0;
    list.className = "pk-suggest";
    list.id = box.id + "-titles";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "匹配的信息");
    box.parentNode.appendChild(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", list.id);
    var close = function () {
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    var choose = function (number) {
      var options = list.children;
      if (!options.length) return;
      chosen = (number + options.length) % options.length;
      for (var i = 0; i < options.length; i++) {
        options[i].setAttribute("aria-selected", i === chosen ? "true" : "false");
      }
      box.setAttribute("aria-activedescendant", options[chosen].id);
      options[chosen].scrollIntoView({ block: "nearest" });
    };
    var ask = function () {
      var words = box.value.trim(), mine = ++asked;
      if (words === last) return;
      last = words;
      if (words.length < 2) {
        close();
        return;
      }
      fetch(box.dataset.suggest + "?q=" + encodeURIComponent(words), { credentials: "omit" }).then(function (answer) {
        return answer.ok ? answer.text() : "";
      }).then(function (html) {
        if (mine !== asked || document.activeElement !== box) return;
        list.innerHTML = html;
        chosen = -1;
        box.removeAttribute("aria-activedescendant");
        list.hidden = !list.children.length;
        box.setAttribute("aria-expanded", list.hidden ? "false" : "true");
      }).catch(close);
    };
    box.addEventListener("input", function () {
      clearTimeout(wait);
      wait = setTimeout(ask, 150);
    });
    box.addEventListener("keydown", function (event) {
      if (list.hidden) return;
      if (event.key === "ArrowDown") {
        choose(chosen + 1);
        event.preventDefault();
      } else if (event.key === "ArrowUp") {
        choose(chosen < 0 ? -1 : chosen - 1);
        event.preventDefault();
      } else if (event.key === "Escape") {
        close();
        event.preventDefault();
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.href = list.children[chosen].dataset.url;
      }
    });
    box.addEventListener("blur", function () {
      setTimeout(close, 150);
    });
    list.addEventListener("mousedown", function (event) {
      var one = event.target.closest("[data-url]");
      if (one) {
        event.preventDefault();
        location.href = one.dataset.url;
      }
    });
  });

  // Mark a table that is wider than its frame as scrolling; check one in a closed section when it is opened.
  var tellWidth = function () {
    all("main .gk-scroll").forEach(function (frame) {
      if (frame.dataset.told || frame.scrollWidth <= frame.clientWidth + 2) return;
      var line = document.createElement("p");
      line.className = "pk-slide";
      line.textContent = "内容比屏幕宽，可以左右滑动。";
      frame.dataset.told = "yes";
      frame.parentNode.insertBefore(line, frame);
    });
  };
  tellWidth();
  document.addEventListener("toggle", tellWidth, true);

  // Paper shows no address bar: print the page's permanent URL and the date below the site's name.
  window.addEventListener("beforeprint", function () {
    all("details:not([open])").forEach(function (part) {
      part.open = true;
      part.dataset.printed = "";
    });
    var name = document.querySelector(".pk-mast__name"),
      day = new Date(),
      two = function (n) {
        return (n < 10 ? "0" : "") + n;
      };
    if (!name) return;
    var line = document.querySelector(".pk-printed"), lasting = document.querySelector("link[rel=canonical]");
    if (!line) {
      line = document.createElement("p");
      line.className = "pk-printed pk-wide";
      document.querySelector(".pk-mast").appendChild(line);
    }
    line.textContent = (lasting ? lasting.href : location.href) + "　打印日期：" + day.getFullYear() + "-" +
      two(day.getMonth() + 1) + "-" + two(day.getDate());
  });
  window.addEventListener("afterprint", function () {
    all("details[data-printed]").forEach(function (part) {
      part.open = false;
      delete part.dataset.printed;
    });
  });
})();
