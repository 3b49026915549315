// The form editor: form-js-editor 1.23, whose literals are translated at build time and read when it is loaded.
import { $, word } from "../app/page.js";
import { toast } from "../app/toasts.js";
import { loadWords, translateModule } from "../words/translate.js";
import { Problems } from "./problems.js";
import { readSource, Saving } from "./saving.js";

export class FormStudio {
  constructor(place, FormEditor) {
    this.place = place;
    this.editor = new FormEditor({ container: place, additionalModules: [translateModule] });
    this.problems = new Problems({ select: (id) => this.select(id) });
    this.saving = new Saving(place, { read: () => ({ schema: this.editor.saveSchema() }), problems: this.problems });
  }

  async open(schema) {
    await this.editor.importSchema(schema);
    this.problems.show({ server: JSON.parse(this.place.dataset.found || "[]") });
    this.editor.on("changed", () => this.editor.get("commandStack").canUndo() && this.saving.touch());
    await this.saving.check();
  }

  // A problem names a field by its key or its id.
  select(key) {
    const field = this.editor.get("formFieldRegistry").getAll().find((one) => one.key === key || one.id === key);
    if (!field) return;
    this.editor.get("selection").set(field);
    $(`[data-id="${CSS.escape(field.id)}"]`, this.place)?.scrollIntoView({ block: "center" });
  }
}

export async function openForm() {
  const place = $("[data-studio-form]");
  if (!place) return;
  await loadWords("form", "formedit");
  const { FormEditor } = await import("@bpmn-io/form-js-editor");
  const studio = new FormStudio(place, FormEditor);
  place.studio = studio;
  try { await studio.open(JSON.parse(await readSource(place, "schema"))); } catch (error) { toast(word("cannotOpen"), "danger"); throw error; }
  place.dataset.mounted = "";
}
