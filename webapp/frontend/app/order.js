// A list that people put in order ([data-order=url]): by dragging a row, or with ↑ ↓ on its handle. The whole order
// goes to the server with the version that the page knows; refused, the page shows what is there now.
import { $, $$, send } from "./page.js";
import { explain, toast } from "./toasts.js";

const list = (node) => node.closest?.("[data-order]");
const items = (root) => $$("[data-order-id]", root);
let dragged = null;
let sending = Promise.resolve();

function renumber(root) {
  items(root).forEach((item, place) => { const number = $("[data-order-number]", item); if (number) number.textContent = place + 1; });
}

async function keep(root) {
  const body = new FormData();
  body.set("order", items(root).map((item) => item.dataset.orderId).join(","));
  body.set("version", $("input[name=version]")?.value ?? "");
  body.set("side", root.dataset.side ?? "");
  const answer = await send(root.dataset.order, body);
  if (!answer.ok) { toast(explain(answer.status, answer.body), "danger"); return; }
  for (const field of $$("input[name=version]")) field.value = answer.body.version;
  root.dataset.kept = answer.body.version;
}

// One after the other: each press knows the version that the one before it made.
function changed(root) {
  renumber(root);
  sending = sending.then(() => keep(root));
}

document.addEventListener("keydown", (event) => {
  const handle = event.target.closest?.("[data-order-handle]");
  if (!handle || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  const item = handle.closest("[data-order-id]");
  const other = event.key === "ArrowUp" ? item.previousElementSibling : item.nextElementSibling;
  if (!other?.matches("[data-order-id]")) return;
  if (event.key === "ArrowUp") other.before(item); else other.after(item);
  handle.focus();
  changed(list(item));
});

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-order-id]");
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  dragged.classList.add("is-dragged");
});
document.addEventListener("dragover", (event) => {
  const item = event.target.closest?.("[data-order-id]");
  if (!dragged || !item || list(item) !== list(dragged)) return;
  event.preventDefault();
  const box = item.getBoundingClientRect();
  if (item !== dragged) item[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
});
document.addEventListener("drop", (event) => { if (dragged) event.preventDefault(); });
document.addEventListener("dragend", () => {
  if (!dragged) return;
  dragged.classList.remove("is-dragged");
  const root = list(dragged);
  dragged = null;
  changed(root);
});
