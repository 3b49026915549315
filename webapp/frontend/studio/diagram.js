// The diagram editor: bpmn-js with the zeebe panel, minimap, create and append; simulation comes when asked for.
import Modeler from "bpmn-js/lib/Modeler";
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule } from "bpmn-js-properties-panel";
import { CreateAppendAnythingModule } from "bpmn-js-create-append-anything";
import ZeebeBehaviors from "camunda-bpmn-js-behaviors/lib/camunda-cloud";
import minimap from "diagram-js-minimap";
import zeebe from "zeebe-bpmn-moddle/resources/zeebe.json";
import { $, $$, word } from "../app/page.js";
import { toast } from "../app/toasts.js";
import { loadWords, translateModule } from "../words/translate.js";
import { approvalModule } from "./approval.js";
import { choicesModule } from "./choices.js";
import { Problems } from "./problems.js";
import { readSource, Saving } from "./saving.js";

const FONT = getComputedStyle(document.documentElement).getPropertyValue("--sans").trim() || "sans-serif";
// Settings of other engines that ours refuses at publish; the panel does not offer them.
const FOREIGN = ["Zeebe__ExecutionListeners", "Zeebe__TaskListeners"];
// What a process owner changes stands first and open; the rest follows, closed.
const FIRST = ["general", "assignmentDefinition", "approval", "form", "calledDecision", "condition", "timer", "message", "script", "taskDefinition", "calledElement", "multiInstance"];
const OPEN = Object.fromEntries(FIRST.map((id) => [id, { open: true }]));
const place = (group) => (FIRST.includes(group.id) ? FIRST.indexOf(group.id) : FIRST.length);

class OwnGroups {
  constructor(propertiesPanel) { propertiesPanel.registerProvider(200, this); }
  getGroups() { return (groups) => groups.filter((group) => !FOREIGN.includes(group.id)).sort((a, b) => place(a) - place(b)); }
}
OwnGroups.$inject = ["propertiesPanel"];

const READABLE = 0.8; // below this scale the labels cannot be read
const PALETTE = 110; // pixels that the palette covers

export class Studio {
  constructor(canvas, panel) {
    this.canvas = canvas;
    this.modeler = new Modeler({
      container: canvas,
      propertiesPanel: { parent: panel, layout: { groups: OPEN } },
      choices: JSON.parse(canvas.dataset.choices || "{}"),
      moddleExtensions: { zeebe },
      textRenderer: { defaultStyle: { fontFamily: FONT, fontSize: 12 }, externalStyle: { fontFamily: FONT, fontSize: 11 } },
      bpmnRenderer: { defaultStrokeColor: "#2b3138" },
      additionalModules: [
        translateModule, BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, ZeebePropertiesProviderModule,
        ZeebeBehaviors, CreateAppendAnythingModule, minimap, choicesModule, approvalModule, { __init__: ["ownGroups"], ownGroups: ["type", OwnGroups] },
      ],
    });
    this.problems = new Problems({ select: (id) => this.select(id), mark: (problems) => this.mark(problems) });
    this.saving = new Saving(canvas, { read: () => this.read(), problems: this.problems });
  }

  async open(xml) {
    const { warnings } = await this.modeler.importXML(xml);
    this.lost = warnings.map((warning) => warning.message).filter((text) => /unparsable|unresolved/i.test(text));
    this.problems.show({ own: this.lost.map((text) => ({ level: "error", message: word("lostOnSave", { detail: text }) })), server: JSON.parse(this.canvas.dataset.found || "[]") });
    this.modeler.get("eventBus").on("commandStack.changed", () => { this.buttons(); this.saving.touch(); });
    this.fit();
    this.buttons();
    await this.saving.check();
  }

  // fit-viewport ignores the palette, which lies over the left edge, and makes a long diagram unreadably small:
  // that one begins at its start.
  fit() {
    const canvas = this.modeler.get("canvas");
    canvas.zoom("fit-viewport", "auto");
    const { inner, outer } = canvas.viewbox();
    const scale = Math.min(1, Math.max(READABLE, canvas.zoom()));
    const width = outer.width / scale;
    const height = outer.height / scale;
    const x = inner.width > width - PALETTE / scale ? inner.x - PALETTE / scale : inner.x - (width - inner.width) / 2;
    canvas.viewbox({ x, y: inner.y - (height - inner.height) / 2, width, height });
  }

  async read() {
    if (this.lost.length) return null;
    const { xml } = await this.modeler.saveXML({ format: true });
    return { xml };
  }

  select(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    if (!element) return;
    this.modeler.get("selection").select(element);
    this.modeler.get("canvas").scrollToElement(element, { top: 120, bottom: 160, left: 160, right: 120 });
  }

  // The sentence itself stands beside the element, for the first problem of each.
  mark(problems) {
    const overlays = this.modeler.get("overlays");
    const registry = this.modeler.get("elementRegistry");
    overlays.remove({ type: "problem" });
    for (const problem of problems.filter((one, at) => problems.findIndex((other) => other.element === one.element) === at)) {
      const element = problem.element && registry.get(problem.element);
      if (!element || element === this.modeler.get("canvas").getRootElement()) continue;
      const html = Object.assign(document.createElement("div"), { className: `element-problem ${problem.level}`, textContent: problem.message, title: problem.message });
      overlays.add(element, "problem", { position: { top: -30, left: 0 }, html, scale: { min: 1 } });
    }
  }

  buttons() {
    const stack = this.modeler.get("commandStack");
    for (const button of $$("[data-studio-undo]")) { button.disabled = !stack.canUndo(); button.onclick = () => stack.undo(); }
    for (const button of $$("[data-studio-redo]")) { button.disabled = !stack.canRedo(); button.onclick = () => stack.redo(); }
  }

  async simulate(button) {
    const on = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(on));
    if (!on) { this.simulation?.destroy(); this.place?.remove(); this.canvas.hidden = false; return; }
    const { xml } = await this.modeler.saveXML();
    const { startSimulation } = await import("./simulation.js");
    this.place = Object.assign(document.createElement("div"), { className: "studio-canvas simulating" });
    this.canvas.after(this.place);
    this.canvas.hidden = true;
    this.simulation = await startSimulation(this.place, xml, FONT);
  }
}

export async function openDiagram() {
  const canvas = $("[data-studio-diagram]");
  const panel = $("[data-studio-panel]");
  if (!canvas || !panel) return;
  await loadWords("bpmn");
  const studio = new Studio(canvas, panel);
  canvas.studio = studio;
  try { await studio.open(await readSource(canvas, "diagram")); } catch (error) { toast(word("cannotOpen"), "danger"); throw error; }
  for (const button of $$("[data-studio-simulate]")) button.addEventListener("click", () => studio.simulate(button));
  canvas.dataset.mounted = "";
}
