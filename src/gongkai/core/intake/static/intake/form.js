// Additions to public forms, which work without them. Solve the proof of work (instead of a question), store the input on this
// device until it is sent, and report a missing network. Identifying fields (data-private) are never stored.
(function () {
  "use strict";
  var KEPT = 24 * 3600 * 1000;
  var store = {
    get: function (key) {
      try {
        return JSON.parse(localStorage.getItem(key));
      } catch (_error) {
        return null;
      }
    },
    set: function (key, value) {
      try {
        localStorage.setItem(key, JSON.stringify(value));
      } catch (_error) { /* full, or forbidden */ }
    },
    drop: function (key) {
      try {
        localStorage.removeItem(key);
      } catch (_error) { /* forbidden */ }
    },
  };

  var done = document.querySelector("[data-done]");
  if (done) store.drop("gongkai-form-" + done.dataset.done);
  // The code can be copied, and is passed to the progress page opened from here.
  var CODE = "gongkai-code",
    shownCode = document.getElementById("done-code"),
    askedCode = document.getElementById("id_code");
  if (shownCode) {
    var copy = document.querySelector("[data-copy-code]"), follow = document.querySelector("[data-look-up]");
    if (navigator.clipboard && window.isSecureContext) {
      copy.hidden = false;
      copy.addEventListener("click", function () {
        navigator.clipboard.writeText(shownCode.textContent.trim()).then(function () {
          copy.textContent = "已复制";
        });
      });
    }
    follow.addEventListener("click", function () {
      try {
        sessionStorage.setItem(CODE, shownCode.textContent.trim());
      } catch (_error) { /* forbidden */ }
    });
  }
  if (askedCode) {
    try {
      askedCode.value = askedCode.value || sessionStorage.getItem(CODE) || "";
      sessionStorage.removeItem(CODE);
    } catch (_error) { /* forbidden */ }
  }
  var errors = document.getElementById("errors") || document.getElementById("numbers") ||
    document.getElementById("answered");
  if (errors) errors.focus();

  // Check type, size and number of files when they are chosen, before the upload; the server checks them again.
  Array.prototype.forEach.call(document.querySelectorAll("input[type=file][data-megabytes]"), function (input) {
    var note = document.createElement("p"), suffixes = input.accept.split(",");
    note.className = "gk-reason";
    note.setAttribute("role", "alert");
    note.hidden = true;
    input.insertAdjacentElement("beforebegin", note);
    input.addEventListener("change", function () {
      var chosen = Array.prototype.slice.call(input.files), fault = "";
      chosen.forEach(function (file) {
        var suffix = file.name.slice(file.name.lastIndexOf(".")).toLowerCase();
        if (suffixes.indexOf(suffix) < 0) {
          fault = fault || "不接受“" + file.name + "”这种文件，请选择" + input.dataset.rule;
        } else if (!file.size) fault = fault || "“" + file.name + "”是空文件，请检查后重新选择。";
        else if (file.size > input.dataset.megabytes * 1024 * 1024) {
          fault = fault || "“" + file.name + "”超过" + input.dataset.megabytes + " MB，请压缩后再选择。";
        }
      });
      if (!fault && chosen.length > input.dataset.mostFiles) {
        fault = "最多" + input.dataset.mostFiles + "个文件，请重新选择。";
      }
      note.textContent = fault;
      note.hidden = !fault;
      if (fault) input.value = ""; // what the server would refuse is not uploaded
    });
  });

  var form = document.querySelector("form[data-intake]");
  if (!form) return;
  var key = "gongkai-form-" + form.dataset.intake,
    part = function (name) {
      return form.querySelector("[data-" + name + "]") || document.createElement("p");
    }; // a short form has not all of them

  // The draft stored on this device.
  var fields = Array.prototype.slice.call(form.elements).filter(function (one) {
    return one.name && one.type !== "hidden" && one.type !== "file" && one.type !== "submit" &&
      !("private" in one.dataset) && one.name !== "answer" && one.name !== "website" && one.name !== "phone_code";
  });
  var read = function () {
    return fields.reduce(function (all, one) {
      if (one.type === "radio" || one.type === "checkbox") {
        if (one.checked) (all[one.name] = all[one.name] || []).push(one.value);
      } else if (one.value) all[one.name] = [one.value];
      return all;
    }, {});
  };
  var waiting = 0,
    keep = function () {
      clearTimeout(waiting);
      waiting = setTimeout(function () {
        store.set(key, { at: Date.now(), data: read() });
      }, 400);
    };
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
  var kept = store.get(key);
  if (kept && Date.now() - kept.at < KEPT && !("returned" in form.dataset)) {
    var restored = false;
    fields.forEach(function (one) {
      var values = kept.data[one.name];
      if (!values) return;
      if (one.type === "radio" || one.type === "checkbox") {
        if (values.indexOf(one.value) >= 0 && !one.checked) {
          one.checked = true;
          restored = true;
        }
      } else if (!one.value) {
        one.value = values[0];
        restored = true;
      }
    });
    part("restored").hidden = !restored;
  }
  part("forget").addEventListener("click", function () {
    store.drop(key);
    fields.forEach(function (one) {
      if (one.type === "radio" || one.type === "checkbox") one.checked = false;
      else one.value = "";
    });
    part("restored").hidden = true;
    fit();
  });
  // Point out identifying numbers while the text can still be changed; the form can be sent anyway.
  var NUMBERS = [["身份证号码", /(^|\D)\d{17}[\dXx](?!\d)/], ["银行卡号", /(^|\D)\d{16,19}(?!\d)/], [
    "手机号码",
    /(^|\D)1[3-9]\d{9}(?!\d)/,
  ]];
  Array.prototype.forEach.call(form.querySelectorAll("textarea"), function (area) {
    var note = document.createElement("p"), said = "";
    note.className = "gk-note gk-note--warn";
    note.setAttribute("role", "status");
    note.hidden = true;
    area.insertAdjacentElement("afterend", note);
    var look = function () {
      var text = area.value.replace(/(\d)[ -](?=\d)/g, "$1"),
        found = NUMBERS.filter(function (kind) {
          return kind[1].test(text);
        })[0],
        now = found ? found[0] : "";
      if (now === said) return;
      said = now;
      note.hidden = !now;
      note.textContent = now
        ? "▲ 这里好像写了" + now + "。与事情无关的，请删去；联系方式写在专门的格子里，只有承办的人看得到。"
        : "";
    };
    area.addEventListener("input", look);
    look();
  });
  // Hide fields of other choices unless they have content or errors. Without scripts their help says when they apply.
  var dependent = Array.prototype.slice.call(form.querySelectorAll("[data-for]")),
    needed = Array.prototype.slice.call(form.querySelectorAll("[data-needed]"));
  var fit = function () {
    needed.forEach(function (one) {
      var chosen = form.querySelector('[name="' + one.dataset.needed + '"]:checked'),
        optional = one.closest(".gk-field").querySelector(".gk-optional");
      if (optional) optional.hidden = !!chosen && one.dataset.choices.split(" ").indexOf(chosen.value) >= 0;
    });
    dependent.forEach(function (one) {
      var chosen = form.querySelector('[name="' + one.dataset.for + '"]:checked'), box = one.closest(".gk-field");
      box.hidden = !!chosen && one.dataset.choices.split(" ").indexOf(chosen.value) < 0 && !one.value &&
        !box.classList.contains("gk-field--bad");
    });
  };
  form.addEventListener("change", fit);
  fit();
  // Count the characters during typing: too long a text is not cut, and the limit is shown before sending.
  Array.prototype.forEach.call(form.querySelectorAll("textarea[data-most]"), function (one) {
    var said = document.createElement("p"), most = Number(one.dataset.most);
    said.className = "gk-help";
    var count = function () {
      var long = Array.from(one.value).length;
      said.textContent = long > most
        ? "已写" + long + "字，超过" + (long - most) + "字，请缩短，或者把余下的写在附件里"
        : "已写" + long + "字，最多" + most + "字";
    };
    one.after(said);
    one.addEventListener("input", count);
    count();
  });
  var offline = function () {
    part("offline").hidden = navigator.onLine !== false;
  };
  window.addEventListener("online", offline);
  window.addEventListener("offline", offline);
  offline();

  // Solve the proof of work in a worker; then remove the question.
  var proof = part("proof"),
    question = part("question"),
    answer = question.querySelector("input[name=answer]"),
    pending = null;
  var failed = function () {
    question.hidden = false;
    if (pending) {
      part("last").hidden = false;
      part("working").hidden = true;
      pending = null;
      answer.focus();
    }
  };
  if (window.Worker) {
    try {
      var challenge = JSON.parse(document.getElementById("intake-challenge").textContent);
      var worker = new Worker(document.querySelector("script[data-worker]").dataset.worker);
      question.hidden = true;
      worker.onerror = failed;
      worker.onmessage = function (event) {
        if (event.data === null) {
          failed();
          return;
        }
        proof.value = JSON.stringify({
          algorithm: challenge.algorithm,
          challenge: challenge.challenge,
          number: event.data,
          salt: challenge.salt,
          signature: challenge.signature,
        });
        if (pending) {
          var button = pending;
          pending = null;
          form.requestSubmit(button);
        }
      };
      worker.postMessage(challenge);
    } catch (_error) {
      failed();
    }
  }

  // Steps: the server checks the step just left; the next one is shown on this page, so that the browser's back button works
  // and chosen files stay chosen. A step with errors is sent as usual, and the server answers with the reasons.
  var steps = Array.prototype.slice.call(form.querySelectorAll("[data-step]")), checked = false;
  var showStep = function (step) {
    var last = step === steps.length, enter = form.querySelector("[data-enter]");
    steps.forEach(function (one) {
      one.hidden = Number(one.dataset.step) !== step;
    });
    part("last").hidden = !last;
    document.querySelector("[data-first]").hidden = step > 1;
    form.elements.at.value = step;
    part("next").hidden = last;
    part("next").value = step + 1;
    document.getElementById("send").hidden = !last;
    part("back").hidden = step === 1;
    part("back").value = step - 1;
    enter.name = last ? "send" : "step";
    enter.value = last ? 1 : step + 1;
    Array.prototype.forEach.call(document.querySelectorAll("#errors, #numbers, #answered"), function (one) {
      one.remove();
    });
    Array.prototype.forEach.call(form.querySelectorAll(".gk-reason:not([hidden])"), function (one) {
      one.closest(".gk-field").classList.remove("gk-field--bad");
      one.remove();
    });
    document.title = document.title.replace(/^请核对：/, "");
    var heading = steps[step - 1].querySelector("h2");
    heading.focus();
    heading.scrollIntoView();
  };
  var changeStep = function (button) {
    var step = Number(button.value),
      body = new FormData(form),
      go = function () {
        history.pushState({ step: step }, "");
        showStep(step);
      };
    if (step < Number(form.elements.at.value)) {
      go();
      return;
    }
    body.delete("files");
    body.set("step", step);
    fetch(form.action, { method: "POST", body: body }).then(function (answer) {
      return answer.ok;
    }, function () {
      return false;
    }).then(function (ok) {
      if (ok) {
        go();
        return;
      }
      checked = true;
      form.requestSubmit(button);
    });
  };
  if (steps.length) {
    history.replaceState({ step: Number(form.elements.at.value) }, "");
    window.addEventListener("popstate", function (event) {
      if (event.state && event.state.step) showStep(event.state.step);
    });
  }

  // One click sends once; the server also ensures it. Without a network nothing is sent and nothing is lost.
  var sent = false;
  form.addEventListener("submit", function (event) {
    if (sent) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      offline();
      part("offline").focus();
      return;
    }
    if (event.submitter && event.submitter.name === "step" && !checked) {
      event.preventDefault();
      changeStep(event.submitter);
      return;
    }
    if (!proof.value && question.hidden && !checked) {
      event.preventDefault();
      pending = event.submitter;
      part("working").hidden = false;
      return;
    }
    sent = true;
    part("working").hidden = false;
    setTimeout(function () {
      sent = false;
    }, 15000);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) {
      sent = false;
      part("working").hidden = true;
    }
  });
})();
