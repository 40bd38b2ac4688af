// Checks `env { … }`: names that Kubernetes takes and no process needs, each once, with values that have one text.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { EntryNode, EnvNode, ExpressionNode, TaskNode } from "../syntax/ast.ts";
import type { Type } from "../types/type.ts";
import { findReservation, isEnvironmentName } from "./check-names.ts";
import { checkSecret } from "./check-secret.ts";
import { checkTextValue } from "./check-text-value.ts";
import type { CheckContext } from "./context.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { findRecord, flattenRecord } from "./flatten-record.ts";
import type { OutputScope } from "./output-paths.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics(tasks);

/** Checks an `env` statement. */
export function checkEnv(context: CheckContext, task: TaskNode, node: EnvNode, outputs: OutputScope): void {
  const seen = new Map<string, EntryNode>();
  const script = task.statements.some((statement) => statement.kind === "Script");
  const parameters = new Map(
    script ? task.parameters.map((parameter) => [parameter.name.text, parameter] as const) : [],
  );
  const checkName = (name: string, span: EntryNode["span"]): void => {
    const parameter = parameters.get(name);
    if (parameter) {
      const related = [{ span: parameter.span, text: `\`${name}\` is declared here` }];
      context.report(diagnostic("env-is-parameter", span, { name }, { related }));
      return;
    }
    if (!isEnvironmentName(name)) {
      context.report(diagnostic("bad-env-name", span, { name }));
      return;
    }
    const why = findReservation(name);
    if (why !== undefined) context.report(diagnostic("reserved-name", span, { name, what: "set in `env`", why }));
  };
  for (const entry of node.value.entries) {
    if (entry.kind === "Spread") {
      const type = outputs.check(context, entry.value);
      if (type.kind === "error") continue;
      const found = findRecord(context, entry.value);
      if (!found) {
        const instead = "write its entries one by one, or spread a constant that is written as a record";
        context.report(diagnostic("record-not-written-out", entry.span, { slot: "env", instead }));
        continue;
      }
      const inner = { facts: context.facts, module: found.module };
      for (const { name, value } of flattenRecord(inner, found.record).values()) {
        checkName(name, entry.span);
        const field = type.kind === "record" ? type.fields.find((candidate) => candidate.name === name) : undefined;
        if (field) checkVariable(context, entry.value, field.type, value);
      }
      continue;
    }
    const name = entryName(entry);
    if (name === undefined) continue;
    const before = seen.get(name);
    if (before) {
      const related = [{ span: before.span, text: `\`${name}\` is first set here` }];
      context.report(diagnostic("repeated-env", entry.name.span, { name }, { related }));
    } else checkName(name, entry.name.span);
    seen.set(name, entry);
    checkEntryValue(context, entry, outputs);
  }
}

function checkEntryValue(context: CheckContext, entry: EntryNode, outputs: OutputScope): void {
  const value = entryValue(entry);
  checkVariable(context, value, outputs.check(context, value), value);
}

/** `value` is what lowering will find: of a spread constant, the expression in the constant. */
function checkVariable(context: CheckContext, node: ExpressionNode, type: Type, value: ExpressionNode): void {
  const fine = checkTextValue(context, node, type, {
    where: "an environment variable",
    secret: true,
    optional: (text) => ({ advice: `give it another value for that case: \`${text} ?? …\`` }),
  });
  if (!fine || type.kind !== "secret") return;
  const symbol = value.kind === "NameExpression" ? context.facts.symbols.get(value) : undefined;
  if (symbol?.kind === "secret") checkSecret(context, symbol.node);
  else context.report(diagnostic("secret-not-named", node.span, { text: textOf(context, node) }));
}
