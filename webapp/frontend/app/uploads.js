// input[data-upload-url]: each file goes up at once and leaves its content id in a hidden field, so that drafts keep it.
import { $, $$, send, word } from "./page.js";
import { explain, toast } from "./toasts.js";

async function upload(input) {
  const list = document.getElementById(input.dataset.uploadList) ?? $(".files", input.closest(".field"));
  for (const file of input.files) {
    const line = document.createElement("li");
    const name = Object.assign(document.createElement("span"), { className: "grow", textContent: file.name });
    const state = Object.assign(document.createElement("span"), { className: "faint", textContent: word("uploading") });
    line.append(name, state);
    list?.append(line);
    const body = new FormData();
    body.append("file", file);
    const answer = await send(input.dataset.uploadUrl, body);
    if (!answer.ok || !answer.body?.id) { line.remove(); toast(`${file.name}：${explain(answer.status, answer.body)}`, "danger"); continue; }
    const kept = Object.assign(document.createElement("input"), { type: "hidden", name: input.dataset.uploadName, value: answer.body.id });
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "button link", textContent: word("remove") });
    drop.addEventListener("click", () => { line.remove(); input.dispatchEvent(new Event("input", { bubbles: true })); });
    state.replaceWith(kept, drop);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
  input.value = "";
}

document.addEventListener("change", (event) => { if (event.target.matches("input[data-upload-url]")) upload(event.target); });
for (const type of ["dragover", "dragleave", "drop"])
  document.addEventListener(type, (event) => {
    const zone = event.target.closest?.(".dropzone");
    for (const other of $$(".dropzone.over")) other.classList.remove("over");
    if (!zone) return;
    event.preventDefault();
    if (type === "dragover") zone.classList.add("over");
    const input = type === "drop" && $("input[type=file]", zone);
    if (input) { input.files = event.dataTransfer.files; input.dispatchEvent(new Event("change", { bubbles: true })); }
  });
