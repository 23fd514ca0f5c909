// Helps where it can; every page works without it.
"use strict";
(() => {
  const field = document.getElementById("password");
  const word = (name) => field.dataset[name];

  const show = () => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain";
    button.textContent = word("show");
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = word(shown ? "show" : "hide");
      field.focus();
    });
    field.after(button);
    return button;
  };

  const count = (text) => [...text].length;
  const tests = {
    min: (text, n) => count(text) >= n,
    max: (text, n) => count(text) <= n,
    upper: (text) => /\p{Lu}/u.test(text),
    lower: (text) => /\p{Ll}/u.test(text),
    digit: (text) => /[0-9]/.test(text),
    special: (text) => /[^\p{L}\p{N}]/u.test(text),
  };
  const rules = () => {
    const list = document.querySelector("#rules ul");
    for (const item of list.children) {
      const test = tests[item.dataset.rule];
      if (!test) continue;
      const met = test(field.value, Number(item.dataset.n));
      item.className = met ? "met" : "";
      item.dataset.text = item.dataset.text || item.textContent;
      item.textContent = item.dataset.text + " – " + list.dataset[met ? "met" : "unmet"];
    }
  };

  const strength = (hint) => {
    const text = field.value;
    const score = new Set(text).size > 4 ? count(text) : 0;
    hint.textContent = !text ? "" : word(score >= 16 ? "good" : score >= 12 ? "fair" : "weak");
  };

  if (field) {
    const hint = document.createElement("p");
    hint.className = "quiet";
    hint.setAttribute("role", "status");
    show().after(hint);
    field.addEventListener("input", () => {
      rules();
      strength(hint);
    });
  }

  // A second press while the first is under way is no second form.
  let sent = false;
  document.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
    if (field) field.type = "password";
  });
  window.addEventListener("pageshow", () => { sent = false; });
})();
