// Keys of a map that are the same for every item.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import { walk } from "../../syntax/children.ts";
import type { Checked, Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** A key that names neither the item nor the index. */
export function findConstantKeys({ program, facts, nodes }: Checked, report: Report): void {
  for (const map of program.modules.flatMap((module) => nodes(module, "Map"))) {
    const key = map.clauses.find((clause) => clause.clause === "key")?.value;
    if (!key || facts.types.get(key)?.kind === "error") continue;
    const own = new Set([map.item.text, ...(map.index ? [map.index.text] : [])]);
    let depends = false;
    walk(key, (node) => {
      if (node.kind === "NameExpression" && own.has(node.text)) depends = true;
      if (node.kind === "Entry" && !node.value && node.name.kind === "Name" && own.has(node.name.text)) depends = true;
      if (node.kind === "ErrorExpression") depends = true;
    });
    if (!depends) report(diagnostic("constant-key", key.span, { item: map.item.text }));
  }
}
