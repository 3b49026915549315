// The list of problems below the canvas: a press selects the element; publishing waits until no error is left.
import { $, $$, word } from "../app/page.js";

// A problem is {element, name, message, level: "error" | "warning"}.
export class Problems {
  // mark(problems) may show them beside what they are about.
  constructor({ select, mark = () => {} }) {
    this.mark = mark;
    this.list = $("[data-problems]");
    this.select = select;
    this.own = [];
    this.server = [];
    this.list?.addEventListener("click", (event) => {
      const row = event.target.closest("[data-element]");
      if (row) this.select(row.dataset.element);
    });
  }

  show({ own = this.own, server = this.server } = {}) {
    this.own = own;
    this.server = server;
    const all = [...own, ...server].sort((a, b) => (a.level === "error" ? 0 : 1) - (b.level === "error" ? 0 : 1));
    const errors = all.filter((problem) => problem.level === "error").length;
    for (const place of $$("[data-problem-count]")) { place.textContent = all.length; place.className = `badge ${errors ? "danger" : all.length ? "warn" : "ok"}`; }
    this.list?.replaceChildren(...all.map((problem) => this.row(problem)));
    this.mark(all);
    const empty = $("[data-problems-empty]");
    if (empty) empty.hidden = all.length > 0;
    for (const button of $$("[data-studio-publish], [data-studio-submit]")) button.disabled = errors > 0 || button.hasAttribute("data-locked");
    for (const reason of $$("[data-publish-reason]")) reason.textContent = errors ? word("publishBlocked", { n: errors }) : reason.dataset.publishReason;
    return errors;
  }

  row(problem) {
    const line = document.createElement("li");
    const press = Object.assign(document.createElement("button"), { type: "button" });
    if (problem.element) press.dataset.element = problem.element;
    const dot = Object.assign(document.createElement("span"), { className: `dot ${problem.level === "error" ? "danger" : "warn"}` });
    const level = Object.assign(document.createElement("span"), { className: "faint", textContent: word(problem.level === "error" ? "mustFix" : "shouldSee") });
    const name = Object.assign(document.createElement("b"), { textContent: problem.name || "" });
    press.append(dot, level, name, document.createTextNode(problem.message));
    line.append(press);
    return line;
  }
}
