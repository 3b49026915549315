// After a refused form the reader stands at the first thing to mend.
import { $ } from "./page.js";

export function showFirst(root = document) {
  const summary = $("[data-error-summary]", root);
  const field = $("[aria-invalid=true]:not([type=hidden])", root);
  const target = summary ?? field;
  if (!target) return;
  if (summary) summary.tabIndex = -1;
  target.focus({ preventScroll: true });
  (field ?? target).scrollIntoView({ block: "center" });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-error-summary] a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
});
