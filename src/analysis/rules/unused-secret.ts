// Secrets of the main file that no task has in its environment.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { Checked, Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Imported files may keep secrets for others. */
export function findUnusedSecrets({ program, facts }: Checked, report: Report): void {
  const main = program.modules[0];
  if (!main) return;
  for (const node of main.file.declarations) {
    if (node.kind !== "Secret" || node.name.text.startsWith("_") || facts.usedSecrets.has(node)) continue;
    const fixes = [{ title: "Remove the secret", edits: [{ span: node.span, text: "" }] }];
    report(diagnostic("unused-secret", node.name.span, { name: node.name.text }, { fixes }));
  }
}
