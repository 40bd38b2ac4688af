// The rules over a checked program, in the order of their sections in the manual. Each has a file of its own.
import { indexNodes } from "./index-nodes.ts";
import type { Analysis } from "./program.ts";
import type { Checked, Report, Rule } from "./rule.ts";
import { findConstantConditions } from "./rules/constant-condition.ts";
import { findConstantKeys } from "./rules/constant-key.ts";
import { findManyPods } from "./rules/many-pods.ts";
import { findSecretsInText } from "./rules/secret-in-text.ts";
import { findTimeoutsBelowWaits } from "./rules/timeout-below-waits.ts";
import { findUnusedImports } from "./rules/unused-import.ts";
import { findUnusedLets } from "./rules/unused-let.ts";
import { findUnusedParameters } from "./rules/unused-parameter.ts";
import { findUnusedSecrets } from "./rules/unused-secret.ts";

const RULES: readonly Rule[] = [
  findUnusedImports,
  findUnusedParameters,
  findUnusedLets,
  findUnusedSecrets,
  findSecretsInText,
  findManyPods,
  findConstantKeys,
  findConstantConditions,
  findTimeoutsBelowWaits,
];

/** Reports what is correct and probably not meant, in a program without errors: what is unused there was not mistyped elsewhere. */
export function checkRules({ program, facts }: Pick<Analysis, "program" | "facts">, report: Report): void {
  const checked: Checked = { program, facts, nodes: indexNodes(program) };
  for (const rule of RULES) rule(checked, report);
}
