// Names that a file imports and does not use.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { Fix } from "../../diagnostics/diagnostic.ts";
import type { ImportNode, SyntaxNode } from "../../syntax/ast.ts";
import { walk } from "../../syntax/children.ts";
import { plainText } from "../plain-text.ts";
import type { Checked, Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** A name is used where the file says it in an expression, as a type or as a resources block. */
export function findUnusedImports({ program }: Checked, report: Report): void {
  for (const module of program.modules) {
    const imports = module.file.declarations.filter((node): node is ImportNode => node.kind === "Import");
    if (imports.length === 0) continue;
    const used = findUsedNames(module.file);
    for (const node of imports) {
      node.names.forEach((name, index) => {
        const symbol = module.globals.get(name.text);
        if (used.has(name.text) || name.text.startsWith("_") || !symbol || symbol.module === module) return;
        const told = { name: name.text, from: plainText(node.from) ?? "" };
        report(diagnostic("unused-import", name.span, told, { fixes: [removal(node, index)] }));
      });
    }
  }
}

function findUsedNames(file: SyntaxNode): ReadonlySet<string> {
  const used = new Set<string>();
  walk(file, (node) => {
    if (node.kind === "Import") return false;
    if (node.kind === "NameExpression") used.add(node.text);
    else if (node.kind === "NamedType") used.add(node.name.text);
    else if (node.kind === "Resources" && node.value.kind === "Name") used.add(node.value.text);
    else if (node.kind === "Entry" && !node.value && node.name.kind === "Name") used.add(node.name.text);
    return true;
  });
  return used;
}

function removal(node: ImportNode, index: number): Fix {
  const name = node.names[index]!;
  const before = node.names[index - 1];
  const after = node.names[index + 1];
  if (!before && !after) return { title: "Remove the import", edits: [{ span: node.span, text: "" }] };
  const span = after ? { ...name.span, end: after.span.start } : { ...name.span, start: before!.span.end };
  return { title: `Remove \`${name.text}\``, edits: [{ span, text: "" }] };
}
