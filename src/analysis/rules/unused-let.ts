// `let` names that nothing refers to.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { LetNode } from "../../syntax/ast.ts";
import { walk } from "../../syntax/children.ts";
import { withoutParentheses } from "../flatten-record.ts";
import type { Checked, Report } from "../rule.ts";
import { placeOf } from "../used-places.ts";

const diagnostic = bindDiagnostics(rules);

/** Where the value runs tasks the advice is `do`. */
export function findUnusedLets({ program, facts, usedPlaces }: Checked, report: Report): void {
  for (const { file } of program.modules) {
    for (const declaration of file.declarations) {
      if (declaration.kind !== "Pipeline") continue;
      const unused: LetNode[] = [];
      walk(declaration, (node) => {
        if (node.kind === "Let" && isMeant(node.name.text) && !usedPlaces.has(placeOf(node.name.span)))
          unused.push(node);
      });
      for (const node of unused) {
        const effect = facts.effects.has(withoutParentheses(node.value));
        const start = { ...node.span, end: node.value.span.start };
        const fix = effect
          ? { title: "Change to `do`", edits: [{ span: start, text: "do " }] }
          : { title: "Remove the `let`", edits: [{ span: node.span, text: "" }] };
        report(diagnostic("unused-let", node.name.span, { name: node.name.text, effect }, { fixes: [fix] }));
      }
    }
  }
}

function isMeant(name: string): boolean {
  return name !== "" && !name.startsWith("_");
}
