// Files of form-js go up as soon as they are chosen; the data carries their content ids, so that drafts keep them.
import { send, word } from "../app/page.js";
import { explain, toast } from "../app/toasts.js";

function* pickers(components = []) {
  for (const field of components) { if (field.type === "filepicker") yield field; yield* pickers(field.components); }
}

export class Uploads {
  constructor({ url, schema, data, changed }) {
    this.url = url;
    this.changed = changed;
    this.fields = [...pickers(schema.components)];
    this.kept = new Map(this.fields.map(({ key }) => [key, [].concat(data?.[key] ?? []).filter((file) => file?.id)]));
    this.seen = new Set();
    this.running = new Set();
    this.lists = new Map();
  }

  without(data) {
    const rest = { ...data };
    for (const { key } of this.fields) delete rest[key];
    return rest;
  }

  into(data) {
    for (const { key } of this.fields) if (key in data) data[key] = this.kept.get(key);
    return data;
  }

  // A file that is already kept satisfies "required".
  forgive(errors) {
    for (const { key, id } of this.fields) if (this.kept.get(key).length) delete errors[id];
    return errors;
  }

  take(form) {
    const registry = form.get("fileRegistry");
    for (const { key, multiple } of this.fields) {
      const name = form._getState().data?.[key];
      if (typeof name !== "string" || !registry.hasKey(name)) continue;
      for (const file of registry.getFiles(name)) {
        if (this.seen.has(file)) continue;
        this.seen.add(file);
        const job = this.send(key, file, Boolean(multiple));
        this.running.add(job);
        job.finally(() => this.running.delete(job));
      }
    }
  }

  done() { return Promise.all(this.running); }

  async send(key, file, multiple) {
    const body = new FormData();
    body.append("file", file);
    body.append("field", key);
    const answer = await send(this.url, body);
    if (!answer.ok || !answer.body?.id) { toast(`${file.name}：${explain(answer.status, answer.body)}`, "danger"); return; }
    const kept = multiple ? this.kept.get(key) : [];
    this.kept.set(key, [...kept, { id: answer.body.id, name: answer.body.name ?? file.name }]);
    this.list(key);
    this.changed();
  }

  draw(place, form, readonly) {
    this.readonly = readonly;
    for (const { key, id } of this.fields) {
      const anchor = place.querySelector(`[id$="-${CSS.escape(id)}"]`)?.closest(".fjs-form-field") ?? place.querySelector(".fjs-form-field-filepicker");
      const list = Object.assign(document.createElement("ul"), { className: "files" });
      anchor?.after(list);
      this.lists.set(key, list);
      this.list(key);
    }
  }

  list(key) {
    const list = this.lists.get(key);
    if (!list) return;
    list.replaceChildren(...this.kept.get(key).map((file) => {
      const line = document.createElement("li");
      line.append(Object.assign(document.createElement("span"), { className: "grow", textContent: file.name }));
      if (this.readonly) return line;
      const drop = Object.assign(document.createElement("button"), { type: "button", className: "button link", textContent: word("remove") });
      drop.addEventListener("click", () => { this.kept.set(key, this.kept.get(key).filter((one) => one !== file)); this.list(key); this.changed(); });
      line.append(drop);
      return line;
    }));
  }
}
