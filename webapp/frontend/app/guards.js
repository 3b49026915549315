// A button pressed twice acts once: the same idempotency key, and the second press waits.
import { $, $$, newKey } from "./page.js";

export function keyOf(form) {
  let field = form.elements.namedItem("idempotency_key");
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name: "idempotency_key", value: newKey() });
    form.append(field);
  }
  return field.value;
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  keyOf(form);
  if (form.dataset.sent !== undefined) { event.preventDefault(); event.stopImmediatePropagation(); return; }
  if (form.hasAttribute("hx-post") || form.closest("[hx-boost=true]") || form.method === "dialog") return;
  form.dataset.sent = "";
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(release, 8000); // no answer, or a file instead of a page: the same key may be pressed again
});

function release() {
  for (const form of $$("form[data-sent]")) delete form.dataset.sent;
  for (const button of $$("[aria-busy=true]")) button.removeAttribute("aria-busy");
}

// Back from the next page: the form may be sent again, under its old key.
addEventListener("pageshow", release);

// [data-confirm]: one question in words, in the page's own dialog, before a press that cannot be undone.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  const dialog = $("#confirm");
  if (!button || !dialog || button.dataset.confirmed !== undefined) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  $("[data-confirm-text]", dialog).textContent = button.dataset.confirm;
  const yes = $("[data-confirm-yes]", dialog);
  yes.textContent = button.dataset.confirmWord || button.textContent.trim();
  yes.onclick = () => { dialog.close(); button.dataset.confirmed = ""; button.click(); delete button.dataset.confirmed; };
  dialog.showModal();
}, true);

// Select many: the bar shows itself with the number chosen.
function count() {
  const boxes = $$("[data-check]");
  const chosen = boxes.filter((box) => box.checked).length;
  for (const bar of $$("[data-bulk]")) {
    bar.hidden = chosen === 0;
    for (const place of $$("[data-bulk-count]", bar)) place.textContent = chosen;
  }
  for (const all of $$("[data-check-all]")) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-check-all]")) for (const box of $$("[data-check]")) box.checked = event.target.checked;
  if (event.target.matches("[data-check], [data-check-all]")) count();
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-uncheck]")) return;
  for (const box of $$("[data-check]")) box.checked = false;
  count();
});
export const recount = count;
