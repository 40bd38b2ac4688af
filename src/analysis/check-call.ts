// Calls: what is called, of tasks and pipelines with which arguments, and whether work may start here.

import { flow } from "../diagnostics/catalog/flow.ts";
import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import { builtinNames, findBuiltin } from "../expr/builtins.ts";
import type { ArgumentNode, CallNode } from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { printType } from "../types/print.ts";
import { ERROR, type Type } from "../types/type.ts";
import { checkFunction } from "./check-function.ts";
import { type CheckContext, findLocal, type Scope } from "./context.ts";
import { describeKind, didYouMean, listNames, nearFix } from "./describe.ts";
import { printSignature } from "./print-signature.ts";
import type { GlobalSymbol, Signature } from "./program.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...flow, ...names, ...types });

export function checkCall(context: CheckContext, node: CallNode, scope: Scope): Type {
  const callee = node.callee;
  if (callee.kind !== "NameExpression") return checkOddCallee(context, node, scope);
  const global = context.module.globals.get(callee.text);
  if (global?.kind === "task" || global?.kind === "pipeline") return checkWork(context, node, scope, global);
  const builtin = findBuiltin(callee.text);
  if (builtin) return checkFunction(context, node, scope, builtin);
  for (const argument of node.arguments) context.infer(context, argument.value, scope);
  const local = findLocal(scope, callee.text);
  const kind = local ? describeKind(local.kind) : global ? describeKind(global.kind) : undefined;
  if (kind) {
    context.report(
      diagnostic(
        "not-callable",
        callee.span,
        { name: callee.text, kind, instead: "" },
        { related: [{ span: local?.span ?? global!.node.name.span, text: `\`${callee.text}\` is declared here` }] },
      ),
    );
    return ERROR;
  }
  return reportUnknownCallee(context, callee.text, callee.span);
}

/** Functions of other languages for ours. */
const FOREIGN_FUNCTIONS: ReadonlyMap<string, string> = new Map([
  ["length", "len"],
  ["size", "len"],
  ["count", "len"],
  ["string", "str"],
  ["String", "str"],
  ["to_string", "str"],
  ["to_json", "json"],
  ["dumps", "json"],
  ["product", "grid"],
  ["cross", "grid"],
  ["distinct", "unique"],
  ["head", "first"],
  ["flat", "flatten"],
  ["startswith", "starts_with"],
  ["endswith", "ends_with"],
  ["strip", "trim"],
  ["chunk", "chunks"],
  ["directory", "dir"],
  ["path", "file"],
  ["write_json", "json_file"],
]);

/** What is written instead of functions that sluice does not need. */
const FOREIGN_ADVICE: ReadonlyMap<string, string> = new Map([
  ["sorted", "A list is sorted by `[for x in xs by x: x]`."],
  ["sort", "A list is sorted by `[for x in xs by x: x]`."],
  ["filter", "Items are chosen by `[for x in xs where …: x]`."],
  ["reversed", "A list is sorted downwards by `[for x in xs by … desc: x]`."],
  ["enumerate", "The second name is the index: `map x, i in xs` or `[for x, i in xs: …]`."],
  ["int", "A number is rounded by `round(x)`, `floor(x)` or `ceil(x)`; a text is never read as a number."],
  ["float", "An Int is a Float wherever one is wanted; a text is never read as a number."],
  ["print", "Tasks write to their logs; a value is shown by giving it with `yield`."],
  ["format", 'Texts are built by interpolation: `"run \\(i)"`.'],
  ["open", "Files are opened by tasks only: give one the File as a parameter."],
  ["read_json", "Files are read by tasks only: a task whose result type says what is in the file returns it."],
]);

function reportUnknownCallee(context: CheckContext, name: string, span: Span): Type {
  if (name === "") return ERROR;
  const work = [...context.module.globals.values()].filter(
    (symbol) => symbol.kind === "task" || symbol.kind === "pipeline",
  );
  const advice = FOREIGN_ADVICE.get(name);
  if (advice) {
    context.report(diagnostic("unknown-task", span, { name, known: ` ${advice}` }));
    return ERROR;
  }
  const foreign = FOREIGN_FUNCTIONS.get(name);
  if (foreign) {
    context.report(
      diagnostic(
        "unknown-task",
        span,
        { name, known: ` Did you mean \`${foreign}\`?` },
        {
          fixes: [{ title: `Change to \`${foreign}\``, edits: [{ span, text: foreign }] }],
        },
      ),
    );
    return ERROR;
  }
  const candidates = [...work.map((symbol) => symbol.name), ...builtinNames];
  const declared = (near: string) => work.find((symbol) => symbol.name === near)?.node.name.span;
  context.report(
    diagnostic(
      "unknown-task",
      span,
      { name, known: didYouMean(name, candidates) },
      nearFix(name, span, candidates, declared),
    ),
  );
  return ERROR;
}

/** `xs.len()` and other things that are not names. */
function checkOddCallee(context: CheckContext, node: CallNode, scope: Scope): Type {
  for (const argument of node.arguments) context.infer(context, argument.value, scope);
  const callee = node.callee;
  if (callee.kind === "ErrorExpression") return ERROR;
  if (callee.kind !== "Member") {
    const found = context.check(context, callee, scope);
    if (found.kind !== "error") {
      context.report(
        diagnostic("not-callable", callee.span, { name: textOf(context, callee), kind: "a value", instead: "" }),
      );
    }
    return ERROR;
  }
  context.infer(context, callee.value, scope);
  const name = callee.name.text;
  const known = findBuiltin(name) ? name : FOREIGN_FUNCTIONS.get(name);
  const given = [textOf(context, callee.value), ...node.arguments.map((argument) => textOf(context, argument.value))];
  const right = known ? `${known}(${given.join(", ")})` : undefined;
  const instead = right
    ? ` Functions stand before their arguments: \`${right}\`.`
    : name === "map"
      ? " To run a task for each item write `map x in xs { … }`."
      : " Values have no methods.";
  context.report(
    diagnostic(
      "not-callable",
      callee.name.span,
      { name: `.${name}`, kind: "no function of a value", instead },
      right ? { fixes: [{ title: `Change to \`${right}\``, edits: [{ span: node.span, text: right }] }] } : {},
    ),
  );
  return ERROR;
}

const NOT_HERE: Readonly<Record<NonNullable<Scope["noCalls"]>, { where: string; instead: string }>> = {
  for: {
    where: "inside `[for …]`, which runs nothing",
    instead: "To run a task for each item write `map x in xs { … }`.",
  },
  task: { where: "inside a task", instead: "Call it in the pipeline and give its result to this task as an argument." },
  constant: { where: "in a value that is known before the run", instead: "Call it in the pipeline with `let`." },
  "short-circuit": {
    where: "where it may be skipped (to the right of `and`, `or`, `??`)",
    instead: "Write `if … { … } else { … }`, or call it in a `let` before.",
  },
  clause: { where: "in a clause of a `map`", instead: "Call it in a `let` before the map." },
};

/** Reports work that would start where none may; true when it may. */
export function allowWork(context: CheckContext, span: Span, what: string, scope: Scope): boolean {
  if (!scope.noCalls) return true;
  context.report(diagnostic("call-not-here", span, { what, ...NOT_HERE[scope.noCalls] }));
  return false;
}

function checkWork(
  context: CheckContext,
  node: CallNode,
  scope: Scope,
  symbol: GlobalSymbol & { kind: "task" | "pipeline" },
): Type {
  context.facts.symbols.set(node, symbol);
  context.facts.effects.add(node);
  const signature = context.declarations.signature(symbol);
  const allowed = allowWork(context, node.span, `The ${symbol.kind} call \`${symbol.name}(…)\``, scope);
  if (symbol.kind === "pipeline") {
    if (context.pipeline) {
      const calls = context.facts.pipelineCalls.get(context.pipeline);
      if (calls) calls.push(node);
      else context.facts.pipelineCalls.set(context.pipeline, [node]);
    }
    const word = symbol.node.finally ? "finally" : symbol.node.timeout ? "timeout" : undefined;
    if (word) {
      context.report(
        diagnostic(
          "called-pipeline-statement",
          node.span,
          { name: symbol.name, word },
          {
            related: [{ span: symbol.node.finally?.span ?? symbol.node.timeout!.span, text: `its \`${word}\`` }],
          },
        ),
      );
    }
  }
  checkArguments(context, node, scope, signature, symbol);
  return allowed ? signature.result : ERROR;
}

function checkArguments(
  context: CheckContext,
  node: CallNode,
  scope: Scope,
  signature: Signature,
  symbol: GlobalSymbol,
): void {
  const callee = signature.name;
  /** By position of the parameter. */
  const given: (ArgumentNode | undefined)[] = signature.parameters.map(() => undefined);
  const declaredAt = () => ({ related: [{ span: symbol.node.name.span, text: `\`${callee}\` is declared here` }] });
  let named = false;
  let broken = false;
  let index = -1;
  for (const argument of node.arguments) {
    index++;
    if (named && !argument.name) {
      context.report(diagnostic("positional-after-named", argument.span, { callee }));
      context.infer(context, argument.value, scope);
      broken = true;
      continue;
    }
    named ||= argument.name !== undefined;
    const position = argument.name ? findParameter(signature, argument.name.text) : index;
    const parameter = signature.parameters[position];
    if (!parameter) {
      context.infer(context, argument.value, scope);
      broken = true;
      if (argument.name) {
        const open = signature.parameters.filter((_, at) => !given[at]).map((candidate) => candidate.name);
        context.report(
          diagnostic(
            "unknown-argument",
            argument.name.span,
            { callee, name: argument.name.text, known: didYouMean(argument.name.text, open, "It takes") },
            {
              ...declaredAt(),
              ...nearFix(argument.name.text, argument.name.span, open),
            },
          ),
        );
      } else if (index === signature.parameters.length) {
        context.report(
          diagnostic(
            "too-many-arguments",
            argument.span,
            { callee, given: node.arguments.length, signature: printSignature(signature) },
            declaredAt(),
          ),
        );
      }
      continue;
    }
    const before = given[position];
    if (before) {
      context.report(
        diagnostic(
          "duplicate-argument",
          argument.span,
          { callee, name: parameter.name },
          {
            related: [{ span: before.span, text: "first given here" }],
          },
        ),
      );
      broken = true;
    }
    given[position] = argument;
    context.check(context, argument.value, scope, parameter.type, `Argument \`${parameter.name}\` of \`${callee}\``);
  }
  if (broken) return;
  const missing = signature.parameters.filter((parameter, at) => !given[at] && parameter.default === undefined);
  if (missing.length === 0) return;
  const list = listNames(
    missing.map((parameter) => `${parameter.name}: ${printType(parameter.type)}`),
    "and",
  );
  context.report(
    diagnostic(
      "missing-argument",
      node.span,
      { callee, names: list, signature: printSignature(signature) },
      declaredAt(),
    ),
  );
}

/** The position of a parameter, -1 if there is none of that name. */
function findParameter({ parameters }: Signature, name: string): number {
  return parameters.findIndex((candidate) => candidate.name === name);
}
