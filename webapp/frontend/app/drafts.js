// Autosave: form[data-draft-url] posts {"data": …, "version": …} within two seconds of the last key.
import { $, $$, language, send, word } from "./page.js";

const QUIET = 900; // ms after the last key
const LONGEST = 1900; // ms after the first unsaved key, so that a killed browser loses at most two seconds
const RETRY = [2000, 5000, 15000, 30000];
const skipped = new Set(["csrf_token", "idempotency_key"]);

export function readForm(form) {
  const data = {};
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File || skipped.has(name)) continue;
    if (name in data) data[name] = [].concat(data[name], value);
    else data[name] = value;
  }
  return data;
}

export class Draft {
  constructor({ url, read, state, version }) {
    Object.assign(this, { url, read, state, version, failures: 0, dirty: false, busy: false, done: false });
    addEventListener("pagehide", () => this.flush(true));
    document.addEventListener("visibilitychange", () => document.hidden && this.flush(true));
    addEventListener("online", () => this.dirty && !this.resting && this.save());
  }

  touch() {
    if (this.done) return;
    this.dirty = true;
    if (this.resting) return;
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), Math.max(0, Math.min(QUIET, this.since + LONGEST - Date.now())));
  }

  flush(keepalive = false) { return this.dirty && !this.done ? this.save(keepalive) : Promise.resolve(); }

  // While a form is handed in nothing is saved beside it, and what was on its way has arrived before.
  async rest() { this.resting = true; clearTimeout(this.timer); await this.sent; }

  // It was refused: what was typed meanwhile is saved after all.
  wake() { this.resting = false; if (this.dirty) this.touch(); }

  // Called when the form was handed in: nothing may be saved after that.
  stop() { this.done = true; clearTimeout(this.timer); }

  async save(keepalive = false) {
    if (this.busy && !keepalive) { this.again = true; return; }
    clearTimeout(this.timer);
    this.busy = true; this.dirty = false; this.since = undefined;
    this.show("saving", word("saving"));
    const body = { data: this.read(), ...(this.version === undefined ? {} : { version: this.version }) };
    this.sent = send(this.url, body, { keepalive });
    const answer = await this.sent;
    this.busy = false;
    if (this.done) return;
    if (answer.ok) {
      this.failures = 0;
      if (answer.body?.version !== undefined) this.version = answer.body.version;
      const at = answer.body?.saved_at ? new Date(answer.body.saved_at) : new Date();
      const clock = at.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
      this.show("saved", word("saved", { time: clock }));
    } else {
      this.dirty = true;
      this.show("failed", answer.status === 409 ? word("draftConflict") : word("notSaved"));
      if (!this.resting && answer.status !== 409 && answer.status !== 403 && answer.status !== 404)
        this.timer = setTimeout(() => this.save(), RETRY[Math.min(this.failures++, RETRY.length - 1)]);
    }
    if (this.again) { this.again = false; this.touch(); }
  }

  show(state, text) {
    if (!this.state) return;
    this.state.dataset.state = state;
    if (this.state.textContent !== text) this.state.textContent = text;
  }
}

export function watchDrafts(root = document) {
  for (const form of $$("form[data-draft-url]:not([data-form-schema])", root)) {
    if (form.draft) continue;
    const version = form.dataset.draftVersion;
    form.draft = new Draft({
      url: form.dataset.draftUrl,
      read: () => readForm(form),
      state: $(`[data-draft-state="${form.id}"]`) ?? $("[data-draft-state]"),
      version: version === undefined ? undefined : Number(version),
    });
    form.addEventListener("input", () => form.draft.touch());
    form.addEventListener("change", () => form.draft.touch());
    form.addEventListener("submit", () => form.draft.stop());
  }
}
