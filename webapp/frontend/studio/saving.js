// Drafts of the studio: save on demand and after a pause, one version number against two people at once.
import { $, $$, language, send, word } from "../app/page.js";
import { explain, toast } from "../app/toasts.js";

const PAUSE = 1800; // ms after the last change

export class Saving {
  // read() answers the body without its version, or null when nothing may be saved now.
  constructor(place, { read, problems, flush = () => {} }) {
    Object.assign(this, { read, problems, flush, dirty: false });
    const { saveUrl, checkUrl, publishUrl, version, readonly } = place.dataset;
    Object.assign(this, { saveUrl, checkUrl, publishUrl, version: Number(version ?? 0), readonly: readonly !== undefined });
    this.state = $("[data-studio-state]");
    for (const button of $$("[data-studio-save]")) { button.disabled = this.readonly; button.addEventListener("click", () => this.save()); }
    for (const button of $$("[data-studio-publish]")) button.addEventListener("click", () => this.publish(button));
    for (const choice of $$("[data-studio-file]")) choice.addEventListener("change", () => location.assign(choice.value));
    addEventListener("beforeunload", (event) => { if (this.dirty) event.preventDefault(); });
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") { event.preventDefault(); this.save(); }
    });
  }

  touch() {
    if (this.readonly) return;
    this.dirty = true;
    this.say("dirty", word("unsaved"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(true), PAUSE);
  }

  async settle() {
    document.activeElement?.blur?.(); // the panel writes a field when it is left
    await this.flush();
    await new Promise((resolve) => setTimeout(resolve, 350));
  }

  async save(quiet = false) {
    if (this.readonly) return true;
    clearTimeout(this.timer);
    if (this.busy) { this.again = true; return false; }
    this.busy = true;
    if (!quiet) await this.settle();
    const body = await this.read();
    if (!body) { this.busy = false; this.say("failed", word("saveBlocked")); return false; }
    this.say("saving", word("saving"));
    this.dirty = false;
    const answer = await send(this.saveUrl, { ...body, version: this.version });
    this.busy = false;
    if (answer.ok) {
      if (answer.body?.version !== undefined) this.version = answer.body.version;
      this.problems?.show({ server: answer.body?.problems ?? [] });
      const at = new Date(answer.body?.saved_at ?? Date.now());
      this.say("saved", word("saved", { time: at.toLocaleTimeString(language(), { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" }) }));
    } else {
      this.dirty = true;
      if (answer.body?.problems) this.problems?.show({ server: answer.body.problems });
      this.say("failed", explain(answer.status, answer.body));
      if (!quiet) toast(explain(answer.status, answer.body), "danger");
    }
    if (this.again) { this.again = false; this.touch(); }
    return answer.ok;
  }

  async check() {
    const body = this.checkUrl && (await this.read());
    if (!body) return;
    const answer = await send(this.checkUrl, body);
    if (answer.ok) this.problems?.show({ server: answer.body?.problems ?? [] });
  }

  async publish(button) {
    if (this.dirty && !(await this.save())) return;
    button.setAttribute("aria-busy", "true");
    const note = $("[data-publish-note]")?.value;
    const answer = await send(this.publishUrl, { version: this.version, ...(note === undefined ? {} : { note }) }, { key: button.dataset.studioPublish || undefined });
    button.removeAttribute("aria-busy");
    if (answer.ok && answer.body?.location) { location.assign(answer.body.location); return; }
    if (answer.body?.problems) this.problems?.show({ server: answer.body.problems });
    toast(answer.ok ? answer.body?.message ?? "" : explain(answer.status, answer.body), answer.ok ? "info" : "danger");
  }

  say(state, text) {
    if (!this.state) return;
    this.state.dataset.state = state;
    this.state.textContent = text;
  }
}

// Where the draft stands: in an attribute, or behind an address.
export async function readSource(place, name) {
  const address = place.dataset[`${name}Url`];
  if (!address) return place.dataset[name];
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) { toast(explain(answer.status), "danger"); throw new Error(`${address}: ${answer.status}`); }
  return answer.text();
}
