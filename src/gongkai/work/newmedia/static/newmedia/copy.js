// Show the buttons that copy a text if the browser can.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  const words = button.textContent;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
    button.textContent = "已复制";
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}
