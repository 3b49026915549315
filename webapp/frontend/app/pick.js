// Elements chosen in a drawn diagram: a node with a box of its own in the page's list ([data-pick-for]) stands for that
// box, by press and by key. The list alone is enough; this only shows where its entries lie.
import { $, $$ } from "./page.js";

const boxes = (id) => $$(`[data-pick-for="${CSS.escape(id)}"]`);

function show(node, box) {
  const on = box.checked;
  node.setAttribute("aria-checked", on ? "true" : "false");
  node.classList.toggle("is-picked", on);
  node.dataset.pickAs = box.dataset.pickAs ?? "on";
}

function press(box) {
  box.checked = box.type === "radio" ? true : !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function wake(node) {
  const box = boxes(node.dataset.element)[0];
  if (!box || node.hasAttribute("tabindex")) return; // htmx wakes the whole page once more
  node.classList.add("is-pickable");
  node.setAttribute("tabindex", "0");
  node.setAttribute("role", box.type === "radio" ? "radio" : "checkbox");
  node.setAttribute("aria-label", box.closest("label")?.textContent.trim() ?? node.dataset.element);
  node.addEventListener("click", () => press(box));
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    press(box);
  });
  show(node, box);
}

export function watchPicks(root) {
  for (const picture of $$("[data-pick]", root)) {
    $("svg", picture)?.setAttribute("role", "group"); // an image hides what is in it
    for (const node of $$("[data-element]", picture)) wake(node);
  }
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches?.("[data-pick-for]")) return;
  for (const node of $$("[data-pick] .is-pickable")) show(node, boxes(node.dataset.element)[0]);
});
