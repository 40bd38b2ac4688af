// Secrets of the main file that no task has in its environment.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import { type Checked, hasErrors, type Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

/** Imported files may keep secrets for others. */
export function findUnusedSecrets({ program, facts }: Checked, report: Report): void {
  const main = program.modules[0];
  if (!main) return;
  const unused = main.file.declarations.filter((node) => node.kind === "Secret" && !facts.used.has(node));
  if (unused.length === 0 || main.file.declarations.some((node) => hasErrors(facts, node))) return;
  for (const node of unused) {
    if (node.kind !== "Secret" || node.name.text === "" || node.name.text.startsWith("_")) continue;
    const fixes = [{ title: "Remove the secret", edits: [{ span: node.span, text: "" }] }];
    report(diagnostic("unused-secret", node.name.span, { name: node.name.text }, { fixes }));
  }
}
