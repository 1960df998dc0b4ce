// Request a passkey from the browser and send its answer with the form. `data-options` are its options (bytes as base64url), `data-origin` is the origin where it is valid.
"use strict";
for (const form of document.querySelectorAll("form[data-options]")) {
  const button = form.querySelector("[data-passkey]"), said = form.querySelector("[role=status]");
  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const asked = JSON.parse(form.dataset.options).publicKey;
  asked.challenge = bytes(asked.challenge);
  if (asked.user) asked.user.id = bytes(asked.user.id);
  for (const key of [...(asked.excludeCredentials || []), ...(asked.allowCredentials || [])]) key.id = bytes(key.id);
  const faults = {
    NotAllowedError: "没有完成：已取消，或者超过了时间。请再试一次。",
    InvalidStateError: "这台设备已经登记过，不用再登记。",
    NotSupportedError: "这台设备没有能核实本人（指纹、面容或者密码）的通行密钥。",
    ConstraintError: "这台设备没有能核实本人（指纹、面容或者密码）的通行密钥。",
  };
  button.hidden = false;
  if (location.origin !== form.dataset.origin) {
    button.disabled = true;
    said.textContent = `请用 ${form.dataset.origin} 打开本系统，才能使用通行密钥。`;
  } else if (!window.PublicKeyCredential) {
    button.disabled = true;
    said.textContent = "这个浏览器不支持通行密钥，请换用新版浏览器，或者用验证器。";
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    said.textContent = "请按设备的提示操作。";
    try {
      const made = asked.user
        ? await navigator.credentials.create({ publicKey: asked })
        : await navigator.credentials.get({ publicKey: asked });
      const response = { clientDataJSON: text(made.response.clientDataJSON) };
      for (const name of ["attestationObject", "authenticatorData", "signature"]) {
        if (made.response[name]) response[name] = text(made.response[name]);
      }
      const rawId = text(made.rawId);
      form.elements.answer.value = JSON.stringify({
        id: made.id,
        rawId,
        type: made.type,
        response,
        clientExtensionResults: {},
      });
      form.submit();
    } catch (fault) {
      said.textContent = faults[fault.name] || "没有成功，请再试一次；仍不成功的，用验证器或者恢复码。";
    }
  });
}
