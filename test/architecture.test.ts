// The house rules, read off the table in ARCHITECTURE.md: who may import whom, no cycles, no barrels, no large files.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");

interface SourceModule {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

function readModule(path: string): SourceModule {
  const text = readFileSync(join(root, path), "utf8");
  const found = [
    ...text.matchAll(/^(?:import|export)\b[^"'`;]*?\bfrom "([^"]+)"|^import "([^"]+)"|\bimport\("([^"]+)"\)/gm),
  ];
  const imports = found
    .map((match) => (match[1] ?? match[2] ?? match[3])!)
    .filter((specifier) => !specifier.endsWith(".json"));
  return { path, text, imports };
}

const modules = [...sourceFiles("src"), ...sourceFiles("grammar")].map(readModule);
const isGenerated = (path: string) => path.includes("/generated/");

/** `src/expr/builtins/x.ts` belongs to the room `src/expr`; files of `src` itself to `src`. */
function roomOf(path: string): string {
  const parts = path.split("/");
  if (parts[0] === "grammar") return "grammar";
  return parts.length === 2 ? "src" : `src/${parts[1]}`;
}

function roomTable(): Map<string, Set<string>> {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const rows = [...text.matchAll(/^\| `([^`]+)\/` \| [^|]* \|([^|]*)\|$/gm)];
  return new Map(
    rows.map(([, room, allowed]) => [
      room!,
      new Set([...allowed!.matchAll(/`([^`]+)`/g)].map((match) => match[1]!.replace(/\/$/, ""))),
    ]),
  );
}

function targetOf(module: SourceModule, specifier: string): string {
  return relative(root, resolve(root, dirname(module.path), specifier));
}

test("every room stands in the table of ARCHITECTURE.md", () => {
  const rooms = new Set(modules.map((module) => roomOf(module.path)).filter((room) => room !== "src"));
  expect([...rooms].filter((room) => !roomTable().has(room))).toEqual([]);
});

test("a room imports only what the table allows", () => {
  const table = roomTable();
  const wrong = modules.flatMap((module) => {
    const room = roomOf(module.path);
    if (room === "src") return [];
    return module.imports.flatMap((specifier) => {
      const target = specifier.startsWith(".")
        ? roomOf(targetOf(module, specifier))
        : specifier.startsWith("node:")
          ? "node:"
          : specifier
              .split("/")
              .slice(0, specifier.startsWith("@") ? 2 : 1)
              .join("/");
      return target === room || table.get(room)?.has(target) ? [] : [`${module.path} imports ${specifier}`];
    });
  });
  expect(wrong).toEqual([]);
});

test("nothing imports in a circle, not even types", () => {
  const edges = new Map(
    modules.map((module) => [
      module.path,
      module.imports.filter((specifier) => specifier.startsWith(".")).map((specifier) => targetOf(module, specifier)),
    ]),
  );
  const state = new Map<string, "open" | "done">();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    state.set(path, "open");
    for (const next of edges.get(path) ?? []) {
      if (state.get(next) === "open") circles.push([...trail.slice(trail.indexOf(next)), path, next].join(" → "));
      else if (!state.has(next)) visit(next, [...trail, path]);
    }
    state.set(path, "done");
  };
  for (const path of edges.keys()) if (!state.has(path)) visit(path, []);
  expect(circles).toEqual([]);
});

test("no source file is longer than 400 lines", () => {
  const long = modules.filter((module) => !isGenerated(module.path) && module.text.split("\n").length > 401);
  expect(long.map((module) => `${module.path}: ${module.text.split("\n").length - 1}`)).toEqual([]);
});

test("there is no index.ts inside the folders of src", () => {
  expect(modules.filter((module) => /^src\/.+\/index\.ts$/.test(module.path)).map((module) => module.path)).toEqual([]);
});

test("there is no default export", () => {
  expect(modules.filter((module) => /^export default /m.test(module.text)).map((module) => module.path)).toEqual([]);
});
