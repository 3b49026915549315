// Every page loads this and nothing else: htmx without eval, keys, drafts, dialogs, guards.
import htmx from "htmx.org";
import { $, newKey, token } from "../app/page.js";
import { openFresh } from "../app/dialogs.js";
import { watchDrafts } from "../app/drafts.js";
import { showFirst } from "../app/errors.js";
import { recount } from "../app/guards.js";
import { watchPicks } from "../app/pick.js";
import { tell } from "../app/times.js";
import { explain, toast } from "../app/toasts.js";
import "../app/keyboard.js";
import "../app/order.js";
import "../app/uploads.js";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  selfRequestsOnly: true,
  scrollIntoViewOnBoost: false,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "422", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

function wake(root) {
  watchDrafts(root);
  watchPicks(root);
  tell(root);
  openFresh(root);
  recount();
}

document.addEventListener("htmx:configRequest", ({ detail }) => {
  detail.headers["X-CSRFToken"] = token();
  if (detail.verb === "get") return;
  const form = detail.elt.closest("form");
  const field = form?.elements.namedItem("idempotency_key");
  detail.elt.dataset.pressKey ??= newKey(); // kept while unanswered, so that a second press is the same act
  detail.headers["Idempotency-Key"] = field?.value || detail.elt.dataset.pressKey;
});
document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.elt.matches("button, form") && (detail.elt.matches("form") ? $("[type=submit]", detail.elt) : detail.elt)?.setAttribute("aria-busy", "true"));
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  (detail.elt.matches("form") ? $("[type=submit]", detail.elt) : detail.elt)?.removeAttribute("aria-busy");
  if (detail.xhr?.status) delete detail.elt.dataset.pressKey;
});
document.addEventListener("htmx:load", ({ detail }) => wake(detail.elt));
document.addEventListener("htmx:afterSwap", ({ detail }) => detail.xhr?.status === 422 && showFirst(detail.target));
document.addEventListener("htmx:responseError", ({ detail }) => {
  let body = null;
  try { body = JSON.parse(detail.xhr.responseText); } catch { /* a page, not a sentence */ }
  toast(explain(detail.xhr.status, body), "danger");
});
document.addEventListener("htmx:sendError", () => toast(explain(0), "danger"));
document.addEventListener("toast", ({ detail }) => toast(detail.text, detail.tone));

wake(document);
showFirst();
document.documentElement.dataset.ready = "";

// form-js is 170 KB: only where there is a form, and only from 768 px up; a phone keeps the server's own form.
async function loadForm() {
  const place = $("[data-form-schema][data-form-script]");
  if (!place || !matchMedia("(min-width: 768px)").matches) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: place.dataset.formStyle }));
  await import(place.dataset.formScript);
}
loadForm();
