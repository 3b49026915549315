// <time data-relative> speaks as people do and keeps up with the clock; [data-copy] copies.
import { $$, language, word } from "./page.js";
import { toast } from "./toasts.js";

const units = [["year", 31536e3], ["month", 2592e3], ["day", 86400], ["hour", 3600], ["minute", 60]];

export function tell(root = document) {
  const say = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  for (const place of $$("time[data-relative]", root)) {
    const seconds = (new Date(place.dateTime) - Date.now()) / 1000;
    const [unit, size] = units.find(([, length]) => Math.abs(seconds) >= length) ?? ["second", 1];
    const text = unit === "second" ? word("justNow") : say.format(Math.round(seconds / size), unit);
    if (place.textContent !== text) place.textContent = text;
  }
}
setInterval(() => document.hidden || tell(), 30000);

document.addEventListener("click", async (event) => {
  const source = event.target.closest("[data-copy]");
  if (!source) return;
  try { await navigator.clipboard.writeText(source.dataset.copy); toast(word("copied")); } catch { toast(word("failed"), "danger"); }
});
