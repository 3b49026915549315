// form-js on the task page, from 768 px up; below that the server's own HTML form stays. See c.form_view in components.html.
import { Form } from "@bpmn-io/form-js-viewer";
import flatpickr from "flatpickr";
import { Mandarin } from "flatpickr/dist/l10n/zh.js";
import { MandarinTraditional } from "flatpickr/dist/l10n/zh-tw.js";
import { Draft } from "../app/drafts.js";
import { $, $$, language, send, word } from "../app/page.js";
import { explain, toast } from "../app/toasts.js";
import { loadWords, translate, translateModule } from "../words/translate.js";
import { Uploads } from "./uploads.js";

const dates = { "zh-Hans": Mandarin, "zh-Hant": MandarinTraditional };

// What <div data-form-schema> says: JSON in attributes, or an address that answers {schema, data, errors, readonly}.
async function read(place) {
  const { formSchema, formData, formErrors, formReadonly } = place.dataset;
  if (formSchema.startsWith("/")) return (await send(formSchema, undefined, { method: "GET" })).body;
  const parse = (text) => (text ? JSON.parse(text) : {});
  return { schema: JSON.parse(formSchema), data: parse(formData), errors: parse(formErrors), readonly: formReadonly !== undefined };
}

function* lists(components = [], base = "") {
  for (const { id, path, type, components: inner } of components) {
    const here = path ? base + path : base;
    if (type === "dynamiclist") yield [here, id];
    yield* lists(inner, path ? `${here}.` : base);
  }
}

// errors[id] are the sentences of a field, errors[id][row] of one in a row, errors[id][row][row] of one deeper.
function put(errors, place, sentences) {
  const last = place.at(-1);
  let holder = errors;
  for (const part of place.slice(0, -1)) holder = holder[part] ??= {};
  holder[last] = sentences;
}

class View {
  constructor(place, { schema, data, readonly }) {
    this.place = place;
    this.schema = schema;
    this.readonly = readonly;
    this.uploads = new Uploads({ url: place.dataset.uploadUrl, schema, data, changed: () => this.draft?.touch() });
    // Without its debounce, which waits for a pause: whoever types on without one would have nothing saved.
    this.form = new Form({ container: place, debounce: false, additionalModules: [translateModule] });
    this.fallback = document.getElementById(place.dataset.formFallback ?? "");
  }

  async open(data, errors) {
    if (this.readonly) this.form.setProperty("readOnly", true);
    await this.form.importSchema(this.schema, this.uploads.without(data));
    if (this.fallback) this.fallback.hidden = true;
    this.uploads.draw(this.place, this.form, this.readonly);
    if (errors && Object.keys(errors).length) this.showErrors(errors);
    this.echoDates();
    if (this.readonly) return;
    this.watchDraft();
    for (const button of $$("[data-form-submit]")) button.addEventListener("click", (event) => { event.preventDefault(); event.stopImmediatePropagation(); this.submit(button); }, true);
  }

  data() { return this.uploads.into(this.form._getSubmitData()); }

  watchDraft() {
    const { draftUrl, draftVersion } = this.place.dataset;
    let last = JSON.stringify(this.form._getSubmitData());
    if (draftUrl)
      this.draft = new Draft({ url: draftUrl, read: () => this.data(), state: $("[data-draft-state]"), version: draftVersion === undefined ? undefined : Number(draftVersion) });
    this.form.on("changed", () => {
      const now = JSON.stringify(this.form._getSubmitData());
      if (now === last) return;
      last = now;
      this.echoDates();
      this.uploads.take(this.form);
      this.draft?.touch();
    });
  }

  async submit(button) {
    if (button.getAttribute("aria-busy")) return;
    const errors = this.uploads.forgive(this.form.validate());
    this.form._setState({ errors });
    if (Object.keys(errors).length && !button.hasAttribute("formnovalidate")) { this.toFirst(); return; }
    button.setAttribute("aria-busy", "true");
    await this.uploads.done();
    await this.draft?.rest();
    const { submitUrl, draftVersion, idempotencyKey } = this.place.dataset;
    const body = { data: this.data(), [button.name || "action"]: button.value || "submit", version: this.draft?.version ?? (draftVersion === undefined ? undefined : Number(draftVersion)) };
    const answer = await send(button.dataset.formSubmit || submitUrl, body, { key: idempotencyKey });
    button.removeAttribute("aria-busy");
    if (answer.ok) {
      this.draft?.stop();
      if (answer.body?.location) location.assign(answer.body.location);
      else if (answer.body?.message) toast(answer.body.message);
      return;
    }
    this.draft?.wake();
    if (answer.body?.errors) this.showErrors(answer.body.errors);
    if (!answer.body?.errors || answer.body?.message) toast(explain(answer.status, answer.body), "danger");
  }

  // The server names a field by its path (rows from 0), form-js by its id and the rows around it.
  showErrors(byPath) {
    const errors = {};
    const lost = [];
    for (const old of $$("[data-list-errors]", this.place)) old.remove();
    const shown = this.form.get("formFieldInstanceRegistry").getAllKeyed();
    const places = new Map(shown.map(({ id, valuePath, indexes }) => [valuePath.join("."), [id, ...Object.values(indexes ?? {})]]));
    for (const [path, given] of Object.entries(byPath)) {
      const sentences = [].concat(given);
      if (places.has(path)) put(errors, places.get(path), sentences);
      else if (!this.showAtList(path, sentences)) lost.push(...sentences);
    }
    this.form._setState({ errors });
    if (lost.length) toast(lost.join(" "), "danger");
    this.toFirst();
  }

  // form-js has no place for what is wrong with a list as a whole: it stands below the list.
  showAtList(path, sentences) {
    const parts = path.split(".");
    const number = (part) => /^\d+$/.test(part);
    const id = new Map(lists(this.schema.components)).get(parts.filter((part) => !number(part)).join("."));
    const label = id && $(`[id$="-${CSS.escape([id, ...parts.filter(number)].join("_"))}"]`, this.place);
    const list = label?.closest(".fjs-form-field-dynamiclist");
    if (!list) return false;
    const told = Object.assign(document.createElement("p"), { className: "fjs-form-field-error", role: "alert", textContent: sentences.join(" ") });
    told.dataset.listErrors = "";
    list.after(told);
    return true;
  }

  toFirst() {
    requestAnimationFrame(() => {
      const bad = $(".fjs-has-errors", this.place);
      // A searchable list opens when it is focused and would cover its own message.
      const closed = bad?.matches(".fjs-form-field-select, .fjs-form-field-taglist");
      if (closed) bad.tabIndex = -1;
      const target = closed ? bad : bad && $("input, select, textarea, button, [tabindex]", bad);
      target?.focus({ preventScroll: true });
      (bad ?? this.place).scrollIntoView({ block: "center" });
      const count = $$(".fjs-has-errors", this.place).length;
      if (count) toast(word("fixFields", { n: count }), "danger");
    });
  }

  // form-js parses what is typed leniently: the day that it understood stands beside the field in words.
  echoDates() {
    requestAnimationFrame(() => {
      const say = new Intl.DateTimeFormat(language(), { dateStyle: "full", timeZone: "UTC" });
      for (const input of $$(".fjs-datepicker input.fjs-input", this.place)) {
        const section = input.closest(".fjs-datetime-subsection");
        let echo = $(".date-echo", section);
        if (!echo) { echo = Object.assign(document.createElement("p"), { className: "date-echo" }); section.append(echo); }
        const match = /^(\d{4})-(\d\d)-(\d\d)$/.exec(input.value);
        echo.textContent = match ? say.format(new Date(Date.UTC(+match[1], match[2] - 1, +match[3]))) : "";
      }
    });
  }
}

export async function mount(root = document) {
  await loadWords("form");
  flatpickr.localize(dates[language()] ?? flatpickr.l10ns.default);
  for (const place of $$("[data-form-schema]", root)) {
    if (place.view) continue;
    const given = await read(place);
    if (!given) { toast(word("failed"), "danger"); continue; }
    place.view = new View(place, given);
    await place.view.open(given.data ?? {}, given.errors);
    place.dataset.mounted = "";
  }
}

export { translate };
