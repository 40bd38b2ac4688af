// Builds what is shipped: dist/sluice.mjs and the parts it loads when a command needs them. Every package is inside the bundle.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

// commander can run a subcommand as a program of its own, which nothing here uses; without it, `child_process` need not be loaded.
const lightCommander: Plugin = {
  name: "light-commander",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      /node_modules[/\\]commander[/\\]/.test(importer) ? { path: "child_process", namespace: "unused" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "export default {};" }));
  },
};

/** Builds `dist/`. */
export async function buildDist(): Promise<void> {
  rmSync(DIST, { recursive: true, force: true });
  await build({
    entryPoints: { sluice: fileURLToPath(new URL("../src/cli/entry.ts", import.meta.url)) },
    outdir: DIST,
    outExtension: { ".js": ".mjs" },
    chunkNames: "parts/[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    // Names of errors and functions in a crash report.
    keepNames: false,
    format: "esm",
    platform: "node",
    target: "node22",
    legalComments: "none",
    plugins: [lightCommander],
    logLevel: "warning",
    banner: { js: "" },
  });
  const entry = `${DIST}/sluice.mjs`;
  const text = readFileSync(entry, "utf8");
  writeFileSync(entry, text.startsWith("#!") ? text : `#!/usr/bin/env node\n${text}`);
  chmodSync(entry, 0o755);
}

if (import.meta.main) await buildDist();
