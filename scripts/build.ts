// Builds what is shipped: dist/sluice.mjs and the parts it loads when a command needs them. Every package is inside the bundle.
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const ENTRY = join(ROOT, "src/cli/entry.ts");
const MAIN = join(ROOT, "src/cli/main.ts");
const CHECK = join(ROOT, "src/cli/commands/check.ts");

// What commander asks of Node and this program does not need of commander: subcommands as programs of their own, colours in help texts, and the
// streams of the process, which loading `node:process` opens. Without these the start takes a good part less.
const SHIMS: Readonly<Record<string, string>> = {
  "node:child_process": "export default {};",
  "node:events": 'export const { EventEmitter } = process.getBuiltinModule("node:events");',
  "node:fs": 'export default process.getBuiltinModule("node:fs");',
  "node:path": 'export default process.getBuiltinModule("node:path");',
  "node:process": "export default globalThis.process;",
  "node:util": "export const stripVTControlCharacters = (text) => text;",
};

/** What packages look for at run time, and go on without. */
const OPTIONAL_PACKAGES: ReadonlySet<string> = new Set(["bufferutil", "utf-8-validate", "supports-color"]);

const lightCommander: Plugin = {
  name: "light-commander",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:(child_process|events|fs|path|process|util)$/ }, ({ path, importer }) =>
      /node_modules[/\\]commander[/\\]/.test(importer) ? { path, namespace: "shim" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "shim" }, ({ path }) => ({ contents: SHIMS[path] ?? "" }));
  },
};

// Older packages ask by `require`, which a module has not: for Node's own modules, and for packages that they can do without.
const required: Plugin = {
  name: "required",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^[a-z]/ }, ({ path, kind }) => {
      if (kind !== "require-call") return undefined;
      return isBuiltin(path) || OPTIONAL_PACKAGES.has(path) ? { path, namespace: "required" } : undefined;
    });
    onLoad({ filter: /.*/, namespace: "required" }, ({ path }) => {
      const name = JSON.stringify(path);
      return {
        contents: isBuiltin(path)
          ? `module.exports = process.getBuiltinModule(${name});`
          : `throw new Error("there is no package " + ${name});`,
      };
    });
  },
};

/** `import * as fs from "node:fs";`, `import { type Stats, statSync as stat } from "node:fs";` */
const BUILTIN_IMPORT = /^import (?:\* as (\w+)|\{([^}]*)\}) from ("node:[a-z/]+");$/gm;

// A module of Node that is imported is asked for all it exports, which loads what it keeps back until it is wanted: of `node:fs` alone the
// streams, a twelfth of the time that a short command takes. Asked for by name it gives only what is used.
function askForBuiltins(source: string): string {
  return source.replace(BUILTIN_IMPORT, (_, all: string | undefined, names: string | undefined, name: string) => {
    const values = names?.split(",").filter((each) => each.trim() !== "" && !/^\s*type /.test(each));
    const bound = all ?? `{${values?.map((each) => each.replace(/ as /, ": ")).join(",")}}`;
    return `const ${bound} = process.getBuiltinModule(${name});`;
  });
}

// What some of the modules loaded on demand share, and others do not, would become a file of its own for each such group, and every file costs
// time at the start. So the start takes `check` along, which is the compiler, and whatever is loaded on demand takes the start along: all of
// that is one file.
function ownSource(onDemand: ReadonlySet<string> = new Set()): Plugin {
  return {
    name: "own-source",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = askForBuiltins(readFileSync(path, "utf8"));
        const along = path === MAIN ? CHECK : MAIN;
        return {
          contents: onDemand.has(path) ? `${source}\nimport ${JSON.stringify(along)};\n` : source,
          loader: "ts",
        };
      });
    },
  };
}

/** Builds into a folder, which is emptied first. */
export async function buildDist(target = DIST): Promise<void> {
  const folder = resolve(target);
  rmSync(folder, { recursive: true, force: true });
  const common = {
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    absWorkingDir: ROOT,
    target: "node22",
    legalComments: "none",
    logLevel: "warning",
  } as const;
  const program = {
    ...common,
    entryPoints: { sluice: ENTRY },
    chunkNames: "parts/[name]-[hash]",
    splitting: true,
    // The form of `yaml` that is an ES module; the other one asks for packages of Node by `require`, which a module has not.
    alias: { yaml: join(ROOT, "node_modules/yaml/browser/dist/index.js") },
  };
  const plugins = [lightCommander, required];
  const { metafile } = await build({ ...program, plugins: [...plugins, ownSource()], metafile: true, write: false });
  const onDemand = Object.values(metafile.outputs).flatMap(({ entryPoint }) =>
    entryPoint === undefined ? [] : [resolve(ROOT, entryPoint)],
  );
  await build({ ...program, plugins: [...plugins, ownSource(new Set(onDemand.filter((path) => path !== ENTRY)))] });
  // A program of its own, which the local engine starts: it shares nothing, so that it needs little memory.
  await build({
    ...common,
    plugins: [ownSource()],
    entryPoints: { "parts/spawner": join(ROOT, "src/backends/local/spawner.ts") },
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
