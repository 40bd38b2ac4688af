// `let` names that nothing refers to.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import { withoutParentheses } from "../flatten-record.ts";
import { type Checked, isUsedOrUnmeant, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Where the value runs tasks the advice is `do`. */
export function findUnusedLets({ program, facts, nodes }: Checked, report: Report): void {
  for (const node of program.modules.flatMap((module) => nodes(module, "Let"))) {
    if (isUsedOrUnmeant(facts, node.name)) continue;
    const effect = facts.effects.has(withoutParentheses(node.value));
    const start = { ...node.span, end: node.value.span.start };
    const fix = effect
      ? { title: "Change to `do`", edits: [{ span: start, text: "do " }] }
      : { title: "Remove the `let`", edits: [{ span: node.span, text: "" }] };
    report(diagnostic("unused-let", node.name.span, { name: node.name.text, effect }, { fixes: [fix] }));
  }
}
