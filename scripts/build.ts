// Builds what is shipped: dist/sluice.mjs and the parts it loads when a command needs them. Every package is inside the bundle.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

// What commander asks of Node and this program does not need of commander: subcommands as programs of their own, colours in help texts, and the
// streams of the process, which loading `node:process` opens. Without these the start takes a good part less.
const SHIMS: Readonly<Record<string, string>> = {
  "node:child_process": "export default {};",
  "node:process": "export default globalThis.process;",
  "node:util": "export const stripVTControlCharacters = (text) => text;",
};

const lightCommander: Plugin = {
  name: "light-commander",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(child_process|process|util)$/ }, ({ path, importer }) =>
      /node_modules[/\\]commander[/\\]/.test(importer) ? { path, namespace: "shim" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "shim" }, ({ path }) => ({ contents: SHIMS[path] ?? "" }));
  },
};

/** Builds into a folder, which is emptied first. */
export async function buildDist(folder = DIST): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  const common = {
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node22",
    legalComments: "none",
    logLevel: "warning",
  } as const;
  await build({
    ...common,
    entryPoints: { sluice: fileURLToPath(new URL("../src/cli/entry.ts", import.meta.url)) },
    chunkNames: "parts/[name]-[hash]",
    splitting: true,
    plugins: [lightCommander],
    // The form of `yaml` that is an ES module; the other one asks for packages of Node by `require`, which a module has not.
    alias: { yaml: fileURLToPath(new URL("../node_modules/yaml/browser/dist/index.js", import.meta.url)) },
  });
  // A program of its own, which the local engine starts: it shares nothing, so that it needs little memory.
  await build({
    ...common,
    entryPoints: { "parts/spawner": fileURLToPath(new URL("../src/backends/local/spawner.ts", import.meta.url)) },
  });
  for (const name of readdirSync(`${folder}/parts`)) {
    if (readFileSync(`${folder}/parts/${name}`, "utf8").includes("Dynamic require of"))
      throw new Error(`${name} asks for a package by require`);
  }
  const entry = `${folder}/sluice.mjs`;
  const text = readFileSync(entry, "utf8");
  writeFileSync(entry, text.startsWith("#!") ? text : `#!/usr/bin/env node\n${text}`);
  chmodSync(entry, 0o755);
}

if (import.meta.main) await buildDist(process.argv[2]);
