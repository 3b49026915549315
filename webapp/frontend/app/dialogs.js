// <dialog> opened by [data-dialog=id], closed by [data-close], by Escape or by a press beside it.
import { $, $$ } from "./page.js";

export function openDialog(id) {
  const dialog = document.getElementById(id);
  if (!dialog) return false;
  if (!dialog.open) dialog.showModal();
  return true;
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) { event.preventDefault(); openDialog(opener.dataset.dialog); return; }
  const closer = event.target.closest("[data-close]");
  if (closer) { event.preventDefault(); closer.closest("dialog")?.close(); return; }
  if (event.target instanceof HTMLDialogElement && !event.target.hasAttribute("data-keep")) event.target.close();
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest?.("details.menu[open]") ?? $("details.menu[open]");
  if (menu) { menu.open = false; menu.querySelector("summary")?.focus(); }
});

// A dialog that htmx brought opens at once.
export const openFresh = (root) => {
  const fresh = root.matches?.("dialog[data-now]") ? [root] : $$("dialog[data-now]", root);
  for (const dialog of fresh) if (!dialog.open) dialog.showModal();
};
