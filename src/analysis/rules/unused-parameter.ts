// Parameters that a task or pipeline never looks at. In a `script` every parameter is a variable: there its text counts.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { PipelineNode, TaskNode } from "../../syntax/ast.ts";
import { type Checked, isUsedOrUnmeant, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Names that begin with `_` are left alone. */
export function findUnusedParameters({ program, facts }: Checked, report: Report): void {
  for (const { file } of program.modules) {
    for (const declaration of file.declarations) {
      if (declaration.kind !== "Task" && declaration.kind !== "Pipeline") continue;
      const unused = declaration.parameters.filter(({ name }) => !isUsedOrUnmeant(facts, name));
      if (unused.length === 0) continue;
      const words = wordsOf(declaration);
      for (const { name } of unused) {
        if (words.has(name.text)) continue;
        report(diagnostic("unused-parameter", name.span, { name: name.text, owner: declaration.name.text }));
      }
    }
  }
}

function wordsOf(declaration: TaskNode | PipelineNode): ReadonlySet<string> {
  const words = new Set<string>();
  if (declaration.kind !== "Task") return words;
  for (const statement of declaration.statements) {
    if (statement.kind !== "Script") continue;
    for (const word of statement.text.value.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) words.add(word[0]);
  }
  return words;
}
