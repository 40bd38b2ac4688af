// The name `out` in a task: which paths its expressions use, and whether those exist.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, SyntaxNode, TaskNode } from "../syntax/ast.ts";
import { forEachChild } from "../syntax/children.ts";
import type { Span } from "../text/span.ts";
import { ERROR, STRING, type Type } from "../types/type.ts";
import { type CheckContext, createScope, findLocal, type Scope } from "./context.ts";
import { didYouMean, listNames, nearFix } from "./describe.ts";
import { plainText } from "./plain-text.ts";
import type { Signature } from "./program.ts";

const diagnostic = bindDiagnostics(tasks);

/** A place where a path is used: `out`, or `out.name` with that name. */
export interface OutputUse {
  readonly name: string | null;
  readonly span: Span;
  readonly nameSpan?: Span;
}

/** All uses of `out` in an expression, in the order of the text. */
export function findOutputUses(node: SyntaxNode): readonly OutputUse[] {
  if (node.kind === "String" && plainText(node) !== undefined) return NO_USES;
  const base = baseOf(node);
  if (base !== undefined && base !== "out") return NO_USES;
  const uses: OutputUse[] = [];
  addOutputUses(node, uses);
  return uses;
}

const NO_USES: readonly OutputUse[] = [];

// The name with which a path such as `item.id` begins, which most arguments are; undefined for everything else.
function baseOf(node: SyntaxNode): string | undefined {
  let at = node;
  while (at.kind === "Member") at = at.value;
  return at.kind === "NameExpression" ? at.text : undefined;
}

function addOutputUses(node: SyntaxNode, uses: OutputUse[]): void {
  const use = asOutputUse(node);
  if (use) uses.push(use);
  else forEachChild(node, (child) => addOutputUses(child, uses));
}

/** The use that an expression as a whole is. */
export function asOutputUse(node: SyntaxNode): OutputUse | undefined {
  if (node.kind === "Member" && node.value.kind === "NameExpression" && node.value.text === "out")
    return { name: node.name.text, span: node.span, nameSpan: node.name.span };
  const isShorthand = node.kind === "Entry" && !node.value && node.name.kind === "Name" && node.name.text === "out";
  return isShorthand || (node.kind === "NameExpression" && node.text === "out")
    ? { name: null, span: node.span }
    : undefined;
}

/** How a path is written: `out`, `out.score`; as a variable of a script with `_`. */
export function outputPath(name: string | null, separator: "." | "_" = "."): string {
  return name === null ? "out" : `out${separator}${name}`;
}

/** The task's scope with `out` in it, and the function that checks an expression there. */
export interface OutputScope {
  readonly scope: Scope;
  /** Checks one argument or env value; uses of `out` that mean nothing are reported here, and then nothing else about the expression. */
  readonly check: (context: CheckContext, node: ExpressionNode) => Type;
  /** The uses seen so far, misuses left out. */
  readonly uses: readonly OutputUse[];
  /** Whether a use was reported: nobody knows then which path was meant. */
  readonly misused: () => boolean;
}

/** Adds `out` to the scope of a task's parameters. */
export function createOutputScope(task: TaskNode, signature: Signature, parameters: Scope): OutputScope {
  const span = task.result?.span ?? task.name.span;
  const single = signature.outputs.some((output) => output.name === null);
  const names = single ? [] : signature.outputs.map(({ name }) => name!);
  const poison = signature.outputs.length === 0 || signature.result.kind === "error";
  const type: Type = poison
    ? ERROR
    : single
      ? STRING
      : { kind: "record", fields: names.map((name) => ({ name, type: STRING })) };
  const isHidden = findLocal(parameters, "out") !== undefined;
  const scopeWith = (out: Type): Scope => {
    const made = createScope(parameters);
    if (!isHidden) made.names.set("out", { kind: "output", name: "out", type: out, stage: "run", span, isUsed: false });
    return made;
  };
  const scope = scopeWith(type);
  const uses: OutputUse[] = [];
  let anyMisused = false;
  const check = (context: CheckContext, node: ExpressionNode): Type => {
    if (isHidden || signature.result.kind === "error") return context.check(context, node, scope);
    let misused = false;
    for (const use of findOutputUses(node)) {
      if (reportMisuse(context, task, use, names, single)) misused = true;
      else uses.push(use);
    }
    const found = context.check(context, node, misused ? scopeWith(ERROR) : scope);
    anyMisused ||= misused;
    return misused ? ERROR : found;
  };
  return { scope, check, uses, misused: () => anyMisused };
}

function reportMisuse(
  context: CheckContext,
  task: TaskNode,
  use: OutputUse,
  names: readonly string[],
  single: boolean,
): boolean {
  if (single) {
    if (use.name === null) return false;
    const near = " Its one result is written to `out`.";
    const related = task.result ? [{ span: task.result.span, text: "the result is declared here" }] : [];
    const fixes = [{ title: "Change to `out`", edits: [{ span: use.span, text: "out" }] }];
    context.report(
      diagnostic("unknown-output", use.span, { name: use.name, task: task.name.text, near }, { related, fixes }),
    );
    return true;
  }
  if (names.length === 0) {
    context.report(diagnostic("no-output", use.span, { task: task.name.text }));
    return true;
  }
  if (use.name === null) {
    const paths = listNames(names.map((name) => outputPath(name)));
    const fixes =
      names.length === 1
        ? [
            {
              title: `Change to \`${outputPath(names[0]!)}\``,
              edits: [{ span: use.span, text: outputPath(names[0]!) }],
            },
          ]
        : [];
    context.report(diagnostic("which-output", use.span, { paths }, { fixes }));
    return true;
  }
  if (names.includes(use.name)) return false;
  const near = didYouMean(use.name, names, "It has");
  const fix = nearFix(use.name, use.nameSpan ?? use.span, names, () => task.result?.span);
  context.report(
    diagnostic("unknown-output", use.nameSpan ?? use.span, { name: use.name, task: task.name.text, near }, fix),
  );
  return true;
}

/** Warns of declared outputs whose path neither the command nor `env` uses. `script`: its text, where the paths are variables. */
export function reportUnusedOutputs(
  context: CheckContext,
  task: TaskNode,
  signature: Signature,
  uses: readonly OutputUse[],
  script: string | undefined,
): void {
  for (const output of signature.outputs) {
    if (output.type.kind === "error" || output.type.kind === "none") continue;
    if (uses.some((use) => use.name === output.name)) continue;
    const variable = outputPath(output.name, "_");
    if (script !== undefined && new RegExp(`(^|[^A-Za-z0-9_])${variable}($|[^A-Za-z0-9_])`).test(script)) continue;
    const span = spanOfOutput(task, output.name);
    const path = script === undefined ? outputPath(output.name) : variable;
    const where = script === undefined ? "the command" : "the script";
    context.report(diagnostic("unused-output", span, { path, where }));
  }
}

function spanOfOutput(task: TaskNode, name: string | null): Span {
  const result = task.result;
  if (name !== null && result?.kind === "RecordType") {
    const field = result.fields.find((candidate) => candidate.name.text === name);
    if (field) return field.name.span;
  }
  return result?.span ?? task.name.span;
}
