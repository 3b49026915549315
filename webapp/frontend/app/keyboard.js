// j k Enter x c / Ctrl+K ? and whatever an element claims with data-key; never while somebody types.
import { $, $$ } from "./page.js";
import { openDialog } from "./dialogs.js";

const rows = () => $$("[data-row]").filter((row) => row.offsetParent);
const opener = (row) => row?.querySelector("[data-open]");
const current = () => document.activeElement?.closest?.("[data-row]");

function step(by) {
  const all = rows();
  const at = all.indexOf(current());
  const next = all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)];
  opener(next)?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

function press(selector) {
  const target = current()?.querySelector(selector);
  target?.click();
  return Boolean(target);
}

function focusOn(selector) {
  const target = $(selector);
  target?.focus();
  target?.select?.();
  return Boolean(target);
}

const keys = {
  j: () => (step(1), true),
  k: () => (step(-1), true),
  x: () => press("[data-check]"),
  c: () => press("[data-claim]"),
  "/": () => focusOn("[data-filter]") || focusOn("#search"),
  "?": () => openDialog("keys"),
};

const typing = (target) => target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]:not([contenteditable=false])") || target.closest?.(".cm-editor, .djs-container, .dmn-js-parent");

addEventListener("keydown", (event) => {
  if (event.isComposing || event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey) {
    if (event.key.toLowerCase() === "k" && focusOn("#search")) event.preventDefault();
    if (event.key === "Enter") {
      const primary = $("[data-primary]:not(:disabled)");
      if (primary) { event.preventDefault(); primary.click(); }
    }
    return;
  }
  if (event.altKey || event.metaKey) return;
  if (event.key === "Escape" && typing(event.target) && event.target.matches("[data-filter], #search")) { event.target.blur(); return; }
  if (typing(event.target) || $("dialog[open]")) return;
  const act = keys[event.key] ?? (() => { const own = $(`[data-key="${CSS.escape(event.key)}"]`); own?.click(); return Boolean(own); });
  if (act()) event.preventDefault();
});
