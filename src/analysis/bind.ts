// Gives each module its global names: first what it declares, then what it imports. A name declared twice keeps its first meaning.

import { names } from "../diagnostics/catalog/names.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { DeclarationNode, ImportNode, NameNode } from "../syntax/ast.ts";
import { describeKind, didYouMean, nearFix } from "./describe.ts";
import type { GlobalSymbol, Module } from "./program.ts";

const diagnostic = bindDiagnostics(names);

export function bindDeclarations(module: Module): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  for (const node of module.file.declarations) {
    const symbol = symbolOf(node, module);
    if (!symbol || symbol.name === "") continue;
    const before = module.globals.get(symbol.name);
    if (before) diagnostics.push(duplicate(symbol.node.name, before));
    else module.globals.set(symbol.name, symbol);
  }
  return diagnostics;
}

/** Adds the imported names. `target` is absent when the file could not be read: its names then mean nothing, in silence. */
export function bindImports(module: Module, node: ImportNode, target: Module | undefined): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const offered = target ? [...target.globals.values()].filter((symbol) => symbol.module === target) : [];
  for (const name of node.names) {
    if (name.text === "" || !target) continue;
    const symbol = offered.find((candidate) => candidate.name === name.text);
    if (!symbol) {
      const candidates = offered.map((candidate) => candidate.name);
      diagnostics.push(
        diagnostic(
          "unknown-import",
          name.span,
          { name: name.text, path: target.source.path, near: didYouMean(name.text, candidates, "It declares") },
          nearFix(name.text, name.span, candidates),
        ),
      );
      continue;
    }
    const before = module.globals.get(name.text);
    if (before && before !== symbol) diagnostics.push(duplicate(name, before));
    else module.globals.set(name.text, symbol);
  }
  return diagnostics;
}

function duplicate(name: NameNode, before: GlobalSymbol): Diagnostic {
  return diagnostic(
    "duplicate-name",
    name.span,
    { name: name.text, kind: describeKind(before.kind) },
    { related: [{ span: before.node.name.span, text: `\`${name.text}\` is first declared here` }] },
  );
}

function symbolOf(node: DeclarationNode, module: Module): GlobalSymbol | undefined {
  switch (node.kind) {
    case "Const":
      return { kind: "const", name: node.name.text, node, module };
    case "TypeDeclaration":
      return { kind: "type", name: node.name.text, node, module };
    case "Enum":
      return { kind: "enum", name: node.name.text, node, module };
    case "Secret":
      return { kind: "secret", name: node.name.text, node, module };
    case "ResourcesDeclaration":
      return { kind: "resources", name: node.name.text, node, module };
    case "Task":
      return { kind: "task", name: node.name.text, node, module };
    case "Pipeline":
      return { kind: "pipeline", name: node.name.text, node, module };
    case "Import":
    case "ErrorDeclaration":
      return undefined;
  }
}
