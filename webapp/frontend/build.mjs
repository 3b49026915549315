// Builds every file of entries/ into webapp/static/dist with hashed names and writes manifest.json beside them.
import { build } from "esbuild";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { assertPatched, patches } from "./patches.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "static", "dist");
const entries = (await readdir(join(here, "entries"))).filter((name) => /\.(js|css)$/.test(name)).sort();

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });

const result = await build({
  entryPoints: entries.map((name) => join(here, "entries", name)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome109", "safari16", "firefox115"],
  minify: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
  logLevel: "warning",
  logOverride: { "unsupported-css-property": "silent" },
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "file-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
  define: { "process.env.NODE_ENV": '"production"' },
  loader: {
    ".woff": "file", ".woff2": "file", ".ttf": "file", ".eot": "file", ".svg": "file", ".png": "file", ".bpmnlintrc": "json",
  },
  plugins: [patches],
});

assertPatched(result.metafile);

const manifest = {};
for (const [path, made] of Object.entries(result.metafile.outputs)) {
  const name = basename(path);
  if (!/\.(js|css)$/.test(name) || name.startsWith("part-")) continue;
  manifest[name.replace(/-[A-Z0-9]{8}(?=\.(js|css)$)/, "")] = name;
}
await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, 1)}\n`);
await writeFile(join(out, "meta.json"), JSON.stringify(result.metafile));

const size = Object.values(result.metafile.outputs).reduce((sum, made) => sum + made.bytes, 0);
console.log(`${Object.keys(manifest).length} entries, ${Math.round(size / 1024)} KB in ${relative(process.cwd(), out)}`);
