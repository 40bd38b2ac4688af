// Reads the main file and, one after the other, all it imports: each file once. In: a path and a host that reads. Out: the modules with the
// names they declare and import; what could not be read, import cycles, unknown imports and names declared twice are reported.

import { names } from "../diagnostics/catalog/names.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { ImportNode } from "../syntax/ast.ts";
import { parse } from "../syntax/parse.ts";
import { createSourceFile } from "../text/source-file.ts";
import { bindDeclarations, bindImports } from "./bind.ts";
import type { Module, Program } from "./program.ts";

const diagnostic = bindDiagnostics(names);

/** How the compiler reads: all paths are as shown to people, with `/`. */
export interface ProgramHost {
  readonly readText: (
    path: string,
  ) => { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reason: string };
  /** The path that `importText`, written in the file at `fromPath`, means. */
  readonly resolve: (fromPath: string, importText: string) => string;
  /** Whether a path exists; undefined where nobody can tell. */
  readonly pathExists?: (path: string, kind: "file" | "dir") => boolean | undefined;
  /** The SHA-256 of a text's UTF-8 in hex; undefined where the platform is no quicker at it. */
  readonly sha256?: (text: string) => string | undefined;
}

interface Edge {
  readonly from: Module;
  readonly node: ImportNode;
  readonly to: string;
}

/** Loads the program whose main file is at `path`. There is always a main module, be it empty. */
export function loadProgram(path: string, host: ProgramHost): { value: Program; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const modules: Module[] = [];
  const byPath = new Map<string, Module>();
  const edges: Edge[] = [];
  let nodeCount = 0;

  // Not by spreading: a broken file can have more diagnostics than a call can have arguments.
  const report = (found: readonly Diagnostic[]): void => {
    for (const diagnostic of found) diagnostics.push(diagnostic);
  };
  const load = (at: string, text: string): Module => {
    const source = createSourceFile(modules.length, at, text);
    const parsed = parse(source, nodeCount);
    nodeCount = parsed.file.id + 1;
    const module: Module = { source, file: parsed.file, comments: parsed.comments, globals: new Map() };
    modules.push(module);
    byPath.set(at, module);
    report(parsed.diagnostics);
    report(bindDeclarations(module));
    for (const node of module.file.declarations) {
      if (node.kind !== "Import") continue;
      const written = importText(node);
      if (written !== undefined) edges.push({ from: module, node, to: host.resolve(at, written) });
    }
    return module;
  };

  const read = host.readText(path);
  load(path, read.ok ? read.text : "");
  if (!read.ok)
    diagnostics.push(diagnostic("file-not-readable", { file: 0, start: 0, end: 0 }, { path, reason: read.reason }));

  for (let next = 0; next < edges.length; next++) {
    const edge = edges[next]!;
    if (byPath.has(edge.to)) continue;
    const found = host.readText(edge.to);
    if (found.ok) load(edge.to, found.text);
    else
      diagnostics.push(diagnostic("file-not-readable", edge.node.from.span, { path: edge.to, reason: found.reason }));
  }

  report(findCycles(modules, edges, byPath));
  for (const edge of edges) {
    const target = byPath.get(edge.to);
    report(bindImports(edge.from, edge.node, target));
  }
  return { value: { modules, nodeCount }, diagnostics };
}

function importText(node: ImportNode): string | undefined {
  const [part, ...more] = node.from.parts;
  if (more.length > 0) return undefined;
  if (part === undefined) return "";
  return part.kind === "StringText" ? part.value : undefined;
}

/** One report per import that closes a circle, in the order of the files. */
function findCycles(
  modules: readonly Module[],
  edges: readonly Edge[],
  byPath: ReadonlyMap<string, Module>,
): Diagnostic[] {
  const outgoing = new Map<Module, Edge[]>();
  for (const edge of edges) {
    const list = outgoing.get(edge.from);
    if (list) list.push(edge);
    else outgoing.set(edge.from, [edge]);
  }
  const found: Diagnostic[] = [];
  const state = new Map<Module, "open" | "done">();
  for (const start of modules) {
    if (state.has(start)) continue;
    const path: { module: Module; next: number }[] = [{ module: start, next: 0 }];
    state.set(start, "open");
    while (path.length > 0) {
      const top = path.at(-1)!;
      const edge = outgoing.get(top.module)?.[top.next++];
      if (!edge) {
        state.set(top.module, "done");
        path.pop();
        continue;
      }
      const target = byPath.get(edge.to);
      if (!target) continue;
      if (state.get(target) === "open") {
        const from = path.findIndex((step) => step.module === target);
        const cycle = [...path.slice(from).map((step) => step.module), target].map(
          (module) => `\`${module.source.path}\``,
        );
        found.push(diagnostic("import-cycle", edge.node.from.span, { path: edge.to, cycle: cycle.join(" → ") }));
      } else if (!state.has(target)) {
        state.set(target, "open");
        path.push({ module: target, next: 0 });
      }
    }
  }
  return found;
}
