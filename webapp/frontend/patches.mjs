// What upstream's code must not do under our content security policy, or says in English only, mended while it is
// bundled. Each rule names the text that it replaces; the build fails when that text is gone, so that an upgrade
// is noticed.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { editorRule } from "./form/editor-patch.mjs";
import { simulationRule } from "./studio/simulation-patch.mjs";

const words = join(dirname(fileURLToPath(import.meta.url)), "words", "translate.js");
const speak = `import { translate as __t } from ${JSON.stringify(words)};\n`;

// replace: [[text, put], …], each of which must be found.
const rules = [
  {
    // CodeMirror writes a <style>; constructable sheets are allowed under style-src 'self'.
    file: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/,
    replace: [[
      "if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {",
      "if (root.adoptedStyleSheets && win.CSSStyleSheet) {",
    ]],
  },
  {
    // Dates follow the browser's locale, and an American browser turns 2027/01/31 into another day: year first, always.
    file: /[\\/]form-js-viewer[\\/]dist[\\/]index\.es\.js$/,
    where: (path) => !path.includes("form-js-editor"),
    before: speak,
    replace: [
      ["dateFormat: getLocaleDateFlatpickrConfig(),", 'dateFormat: "Y-m-d",'],
      ["minDate: disallowPassedDates ? 'today' : '01/01/1900',", "minDate: disallowPassedDates ? 'today' : '1900-01-01',"],
      ["placeholder: getLocaleReadableDateFormat(),", "placeholder: __t('yyyy-mm-dd'),"],
      ["children: valueLabel || 'Select'", "children: valueLabel || __t('Select')"],
      ["placeholder: 'Search',", "placeholder: __t('Search'),"],
      ['children: "Browse"', 'children: __t("Browse")'],
    ],
  },
  editorRule(speak),
  simulationRule(speak),
];

const seen = new Set();

export const patches = {
  name: "patches",
  setup(build) {
    for (const rule of rules) {
      build.onLoad({ filter: rule.file }, async ({ path }) => {
        if (rule.where && !rule.where(path)) return undefined;
        let text = await readFile(path, "utf8");
        for (const [find, put] of rule.replace ?? []) {
          if (!text.includes(find)) throw new Error(`${path}: the text to patch is gone: ${find}`);
          text = text.replaceAll(find, () => put);
        }
        text = rule.change ? rule.change(text, path) : text;
        seen.add(rule);
        return { contents: (rule.before ?? "") + text, loader: "js" };
      });
    }
  },
};

// A rule that met no file means that upstream moved it.
export function assertPatched(metafile) {
  const bundled = Object.keys(metafile.inputs);
  for (const rule of rules) {
    const family = rule.family ?? String(rule.file).match(/\]([a-z-]+)\[/)?.[1];
    if (bundled.some((path) => path.includes(family)) && !seen.has(rule)) throw new Error(`patch was not applied: ${rule.file}`);
  }
}
