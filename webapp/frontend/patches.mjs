// What upstream's code must not do under our content security policy, mended while it is bundled.
// Each patch names the text that it replaces; the build fails when that text is gone, so that an upgrade is noticed.
import { readFile } from "node:fs/promises";

const rules = [
  {
    // CodeMirror writes a <style>; constructable sheets are allowed under style-src 'self'.
    file: /[\\/]style-mod[\\/]src[\\/]style-mod\.js$/,
    find: "if (!root.head && root.adoptedStyleSheets && win.CSSStyleSheet) {",
    put: "if (root.adoptedStyleSheets && win.CSSStyleSheet) {",
  },
];

const seen = new Set();

export const patches = {
  name: "patches",
  setup(build) {
    for (const rule of rules) {
      build.onLoad({ filter: rule.file }, async ({ path }) => {
        const text = await readFile(path, "utf8");
        if (!text.includes(rule.find)) throw new Error(`${path}: the text to patch is gone: ${rule.find}`);
        seen.add(rule);
        return { contents: text.replaceAll(rule.find, rule.put), loader: "js" };
      });
    }
  },
};

// A rule whose file was bundled but never patched means that upstream moved the file.
export function assertPatched(metafile) {
  const inputs = Object.keys(metafile.inputs);
  for (const rule of rules) {
    const wanted = rule.needed ?? ((paths) => paths.some((path) => path.includes("style-mod")));
    if (wanted(inputs) && !seen.has(rule)) throw new Error(`patch was not applied: ${rule.file}`);
  }
}
