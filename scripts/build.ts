// Builds what is shipped: dist/sluice.mjs and the parts it loads when a command needs them. Every package is inside the bundle.
//   node scripts/build.ts [FOLDER]   into another folder than dist
import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const ENTRY = "src/cli/entry.ts";

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

/** Modules that Node has loaded before any program starts, or that are next to nothing. */
const LIGHT_BUILTINS: ReadonlySet<string> = new Set([
  "node:buffer",
  "node:fs",
  "node:module",
  "node:os",
  "node:path",
  "node:url",
]);

/** `import * as fs from "node:fs";`, `import { type Stats, statSync as stat } from "node:fs";` */
const BUILTIN_IMPORT = /^import (?:\* as (\w+)|\{([^}]*)\}) from ("node:[a-z/]+");$/gm;

// A module of Node that is imported is asked for all it exports, which loads what it keeps back until it is wanted: of `node:fs` alone the
// streams, a twelfth of the time that a short command takes. Asked for by name it gives only what is used. What is large is not to be compiled
// as the program is while it starts: see src/cli/entry.ts.
function askForBuiltins(source: string): string {
  return source.replace(BUILTIN_IMPORT, (_, all: string | undefined, names: string | undefined, name: string) => {
    const values = names?.split(",").filter((each) => each.trim() !== "" && !/^\s*type /.test(each));
    const bound = all ?? `{${values?.map((each) => each.replace(/ as /, ": ")).join(",")}}`;
    const ask = `process.getBuiltinModule(${name})`;
    const isLight = LIGHT_BUILTINS.has(JSON.parse(name));
    return `const ${bound} = ${isLight ? ask : `(globalThis[Symbol.for("sluice.end-whole")]?.(), ${ask})`};`;
  });
}

// What some of the modules loaded on demand share, and others do not, would become a file of its own for each such group, and every file costs
// time at the start. So all modules but what a command alone needs are in one of few files: whatever is loaded on demand takes along the layers up
// to the last one of which it needs anything, and each layer takes along the one before.
const LAYERS: readonly (readonly string[])[] = [
  // The start and `check`, which is the compiler up to the plan.
  ["src/cli/main.ts", "src/cli/commands/check.ts"],
  ["src/compiler.ts"],
  // The settings, with the package that reads YAML.
  ["src/cli/emit-program.ts"],
  ["src/cli/commands/compile.ts"],
];

/** Which modules of each source file are taken along; `imports`: which it imports anyway, except on demand. */
function layersAlong(
  imports: ReadonlyMap<string, readonly string[]>,
  onDemand: readonly string[],
): Map<string, readonly string[]> {
  const layers = LAYERS.map((roots) => reachable(roots, imports));
  const along = new Map<string, readonly string[]>();
  for (const path of onDemand) {
    const needed = reachable([path], imports);
    const last = layers.findLastIndex((layer, at) =>
      [...needed].some((each) => layer.has(each) && !layers.slice(0, at).some((before) => before.has(each))),
    );
    const roots = LAYERS.slice(0, Math.max(last, 0) + 1).flat();
    along.set(
      path,
      roots.filter((root) => root !== path),
    );
  }
  return along;
}

function reachable(roots: readonly string[], imports: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const found = new Set<string>(roots);
  for (const path of found) for (const next of imports.get(path) ?? []) found.add(next);
  return found;
}

function ownSource(along: ReadonlyMap<string, readonly string[]> = new Map()): Plugin {
  return {
    name: "own-source",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const source = askForBuiltins(readFileSync(path, "utf8"));
        const added = (along.get(relative(ROOT, path)) ?? []).map(
          (each) => `import ${JSON.stringify(join(ROOT, each))};\n`,
        );
        return { contents: `${source}\n${added.join("")}`, loader: "ts" };
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
    entryPoints: { sluice: join(ROOT, ENTRY) },
    chunkNames: "parts/[name]-[hash]",
    splitting: true,
    // The form of `yaml` that is an ES module; the other one asks for packages of Node by `require`, which a module has not.
    alias: { yaml: join(ROOT, "node_modules/yaml/browser/dist/index.js") },
  };
  const plugins = [lightCommander, required];
  const { metafile } = await build({ ...program, plugins: [...plugins, ownSource()], metafile: true, write: false });
  const imports = new Map(
    Object.entries(metafile.inputs).map(([path, input]) => [
      path,
      input.imports.filter(({ kind, external }) => kind !== "dynamic-import" && !external).map(({ path }) => path),
    ]),
  );
  const onDemand = Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []);
  const along = layersAlong(
    imports,
    onDemand.filter((path) => path !== ENTRY),
  );
  await build({ ...program, plugins: [...plugins, ownSource(along)] });
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
