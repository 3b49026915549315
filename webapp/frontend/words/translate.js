// One translate() for bpmn-js, dmn-js and both form-js; what no dictionary knows is kept for the tests to see.
const missing = new Set();
globalThis.__missingTranslations = missing;

const dictionary = new Map();
const language = document.documentElement.lang || "zh-Hans";
export const english = language.startsWith("en");
const folder = language === "zh-Hant" ? "hant" : "hans";

const sources = {
  hans: {
    form: () => import("./hans/form.json"),
    bpmn: () => import("./hans/bpmn.json"),
    dmn: () => import("./hans/dmn.json"),
    formedit: () => import("./hans/formedit.json"),
  },
  hant: {
    form: () => import("./hant/form.json"),
    bpmn: () => import("./hant/bpmn.json"),
    dmn: () => import("./hant/dmn.json"),
    formedit: () => import("./hant/formedit.json"),
  },
};

// Upstream's keys are its English sentences, so English needs no dictionary.
export async function loadWords(...names) {
  if (english) return;
  for (const name of names) {
    const { default: words } = await sources[folder][name]();
    for (const [key, text] of Object.entries(words)) dictionary.set(key.toLowerCase(), text);
  }
}

const HAN = /[\u3400-\u9fff]/;

export function translate(template, replacements = {}) {
  let text = String(template ?? "");
  if (!english && /[A-Za-z]{2}/.test(text) && !HAN.test(text)) {
    const known = dictionary.get(text.trim().toLowerCase());
    if (known === undefined) missing.add(text);
    else text = known;
  }
  return text.replace(/\{([^}]+)\}/g, (whole, key) => replacements?.[key] ?? whole);
}

export const translateModule = { translate: ["value", translate] };
