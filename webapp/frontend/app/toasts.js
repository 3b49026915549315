import { $, word } from "./page.js";

// One short sentence at the edge; errors stay until they are closed.
export function toast(text, tone = "info") {
  const place = $("#toasts");
  if (!place || !text) return;
  const box = document.createElement("div");
  box.className = `toast ${tone}`;
  box.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: word("close") });
  close.addEventListener("click", () => box.remove());
  box.append(close);
  place.append(box);
  if (tone !== "danger") setTimeout(() => box.remove(), 6000);
}

const sentences = { 0: "offline", 401: "signedOut", 403: "forbidden", 409: "conflict", 413: "tooLarge", 429: "slowDown" };

export function explain(status, body) {
  return body?.message || word(sentences[status] ?? "failed");
}
