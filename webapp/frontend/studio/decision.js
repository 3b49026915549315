// The decision editor: dmn-js in the house's words; one list of tables and diagrams above it.
import Modeler from "dmn-js/lib/Modeler";
import { $, $$, word } from "../app/page.js";
import { toast } from "../app/toasts.js";
import { loadWords, translate, translateModule } from "../words/translate.js";
import { Problems } from "./problems.js";
import { readSource, Saving } from "./saving.js";

const VIEWS = { drd: "Decision requirements diagram", decisionTable: "Decision table", literalExpression: "Literal expression", boxedExpression: "Business knowledge model" };

export class Decisions {
  constructor(place) {
    this.place = place;
    this.views = Object.assign(document.createElement("nav"), { className: "decision-views" });
    this.stage = Object.assign(document.createElement("div"), { className: "decision-stage" });
    place.append(this.views, this.stage);
    const own = { additionalModules: [translateModule] };
    this.modeler = new Modeler({ container: this.stage, drd: own, decisionTable: own, literalExpression: own, boxedExpression: own });
    this.problems = new Problems({ select: (id) => this.select(id) });
    this.saving = new Saving(place, { read: async () => ({ xml: (await this.modeler.saveXML({ format: true })).xml }), problems: this.problems });
  }

  async open(xml) {
    await this.modeler.importXML(xml);
    this.problems.show({ server: JSON.parse(this.place.dataset.found || "[]") });
    this.modeler.on("views.changed", () => this.list());
    this.list();
    const table = this.modeler.getViews().find((view) => view.type === "decisionTable");
    if (table) await this.modeler.open(table);
    await this.saving.check();
  }

  list() {
    const active = this.modeler.getActiveView();
    this.views.replaceChildren(...this.modeler.getViews().map((view) => {
      const press = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: view.type === "drd" ? translate(VIEWS.drd) : view.name || translate(VIEWS[view.type]) });
      press.setAttribute("aria-pressed", String(view.element === active?.element));
      press.addEventListener("click", () => this.modeler.open(view));
      return press;
    }));
    this.watch();
  }

  // Each view has an event bus of its own; each is heard once.
  watch() {
    const viewer = this.modeler.getActiveViewer();
    if (!viewer || viewer.heard) return;
    viewer.heard = true;
    viewer.get("eventBus").on(["commandStack.changed", "elements.changed"], () => viewer.get("commandStack", false)?.canUndo() && this.saving.touch());
  }

  // A problem's element is a decision's id, or one of its rules or cells.
  async select(id) {
    const view = this.modeler.getViews().find((one) => one.element.id === id || JSON.stringify(cells(one.element)).includes(`"${id}"`));
    if (view) await this.modeler.open(view);
    const cell = $(`[data-element-id="${CSS.escape(id)}"], [data-row-id="${CSS.escape(id)}"]`, this.stage);
    cell?.scrollIntoView({ block: "center" });
    cell?.click();
  }
}

function cells(element) {
  const rules = element.decisionLogic?.rule ?? [];
  return rules.flatMap((rule) => [rule.id, ...(rule.inputEntry ?? []).map((cell) => cell.id), ...(rule.outputEntry ?? []).map((cell) => cell.id)]);
}

export async function openDecisions() {
  const place = $("[data-studio-decision]");
  if (!place) return;
  await loadWords("dmn");
  const editor = new Decisions(place);
  place.editor = editor;
  try { await editor.open(await readSource(place, "decision")); } catch (error) { toast(word("cannotOpen"), "danger"); throw error; }
  place.dataset.mounted = "";
}
