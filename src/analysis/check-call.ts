// Calls of tasks, pipelines and built-in functions: what is called, with which arguments, and whether work may start here.
import { bindDiagnostics } from "../diagnostics/define.ts";
import { flow } from "../diagnostics/catalog/flow.ts";
import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { type Builtin, type BuiltinProblem, checkBuiltin } from "../expr/builtin.ts";
import { builtinNames, findBuiltin } from "../expr/builtins.ts";
import type { ArgumentNode, CallNode, ExpressionNode } from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { printType } from "../types/print.ts";
import { ERROR, type Type } from "../types/type.ts";
import { folderOf, joinPath, relativePath } from "../util/relative-path.ts";
import { type CheckContext, findLocal, type Scope } from "./context.ts";
import { describeKind, didYouMean, listNames, nearFix } from "./describe.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { tryFold } from "./fold.ts";
import type { GlobalSymbol, Signature } from "./program.ts";
import { printSignature } from "./print-signature.ts";
import { stageOf } from "./stage.ts";
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
    context.report(diagnostic("not-callable", callee.span, { name: callee.text, kind, instead: "" }, { related: [{ span: local?.span ?? global!.node.name.span, text: `\`${callee.text}\` is declared here` }] }));
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
  ["format", "Texts are built by interpolation: `\"run \\(i)\"`."],
  ["open", "Files are opened by tasks only: give one the File as a parameter."],
  ["read_json", "Files are read by tasks only: a task whose result type says what is in the file returns it."],
]);

function reportUnknownCallee(context: CheckContext, name: string, span: Span): Type {
  if (name === "") return ERROR;
  const work = [...context.module.globals.values()].filter((symbol) => symbol.kind === "task" || symbol.kind === "pipeline");
  const advice = FOREIGN_ADVICE.get(name);
  if (advice) {
    context.report(diagnostic("unknown-task", span, { name, known: ` ${advice}` }));
    return ERROR;
  }
  const foreign = FOREIGN_FUNCTIONS.get(name);
  if (foreign) {
    context.report(
      diagnostic("unknown-task", span, { name, known: ` Did you mean \`${foreign}\`?` }, {
        fixes: [{ title: `Change to \`${foreign}\``, edits: [{ span, text: foreign }] }],
      }),
    );
    return ERROR;
  }
  const candidates = [...work.map((symbol) => symbol.name), ...builtinNames];
  const declared = (near: string) => work.find((symbol) => symbol.name === near)?.node.name.span;
  context.report(diagnostic("unknown-task", span, { name, known: didYouMean(name, candidates) }, nearFix(name, span, candidates, declared)));
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
      context.report(diagnostic("not-callable", callee.span, { name: textOf(context, callee), kind: "a value", instead: "" }));
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
    diagnostic("not-callable", callee.name.span, { name: `.${name}`, kind: "no function of a value", instead }, right ? { fixes: [{ title: `Change to \`${right}\``, edits: [{ span: node.span, text: right }] }] } : {}),
  );
  return ERROR;
}

const NOT_HERE: Readonly<Record<NonNullable<Scope["noCalls"]>, { where: string; instead: string }>> = {
  for: { where: "inside `[for …]`, which runs nothing", instead: "To run a task for each item write `map x in xs { … }`." },
  task: { where: "inside a task", instead: "Call it in the pipeline and give its result to this task as an argument." },
  constant: { where: "in a value that is known before the run", instead: "Call it in the pipeline with `let`." },
  "short-circuit": { where: "where it may be skipped (to the right of `and`, `or`, `??`)", instead: "Write `if … { … } else { … }`, or call it in a `let` before." },
  clause: { where: "in a clause of a `map`", instead: "Call it in a `let` before the map." },
};

/** Reports work that would start where none may; true when it may. */
export function allowWork(context: CheckContext, span: Span, what: string, scope: Scope): boolean {
  if (!scope.noCalls) return true;
  context.report(diagnostic("call-not-here", span, { what, ...NOT_HERE[scope.noCalls] }));
  return false;
}

function checkWork(context: CheckContext, node: CallNode, scope: Scope, symbol: GlobalSymbol & { kind: "task" | "pipeline" }): Type {
  context.facts.used.add(symbol.node);
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
        diagnostic("called-pipeline-statement", node.span, { name: symbol.name, word }, {
          related: [{ span: symbol.node.finally?.span ?? symbol.node.timeout!.span, text: `its \`${word}\`` }],
        }),
      );
    }
  }
  checkArguments(context, node, scope, signature, symbol);
  return allowed ? signature.result : ERROR;
}

function checkArguments(context: CheckContext, node: CallNode, scope: Scope, signature: Signature, symbol: GlobalSymbol): void {
  const callee = signature.name;
  const given = new Map<string, ArgumentNode>();
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
    const name = argument.name ? argument.name.text : signature.parameters[index]?.name;
    const parameter = signature.parameters.find((candidate) => candidate.name === name);
    if (!parameter) {
      context.infer(context, argument.value, scope);
      broken = true;
      if (argument.name) {
        const open = signature.parameters.map((candidate) => candidate.name).filter((candidate) => !given.has(candidate));
        context.report(
          diagnostic("unknown-argument", argument.name.span, { callee, name: argument.name.text, known: didYouMean(argument.name.text, open, "It takes") }, {
            ...declaredAt(),
            ...nearFix(argument.name.text, argument.name.span, open),
          }),
        );
      } else if (index === signature.parameters.length) {
        context.report(
          diagnostic("too-many-arguments", argument.span, { callee, given: node.arguments.length, signature: printSignature(signature) }, declaredAt()),
        );
      }
      continue;
    }
    if (given.has(parameter.name)) {
      context.report(
        diagnostic("duplicate-argument", argument.span, { callee, name: parameter.name }, {
          related: [{ span: given.get(parameter.name)!.span, text: "first given here" }],
        }),
      );
      broken = true;
    }
    given.set(parameter.name, argument);
    context.check(context, argument.value, scope, parameter.type, `Argument \`${parameter.name}\` of \`${callee}\``);
  }
  if (broken || given.size === signature.parameters.length) return;
  const missing = signature.parameters.filter((parameter) => !given.has(parameter.name) && parameter.default === undefined);
  if (missing.length === 0) return;
  const list = listNames(missing.map((parameter) => `${parameter.name}: ${printType(parameter.type)}`), "and");
  context.report(diagnostic("missing-argument", node.span, { callee, names: list, signature: printSignature(signature) }, declaredAt()));
}

function checkFunction(context: CheckContext, node: CallNode, scope: Scope, builtin: Builtin): Type {
  const args = node.arguments.map((argument) => {
    const type = context.check(context, argument.value, scope);
    const constant = type.kind === "error" || stageOf(context, argument.value).stage !== "compile" ? undefined : tryFold(context, argument.value);
    return { type, constant, name: argument.name?.text };
  });
  const result = checkBuiltin(builtin, args);
  if (!result.ok) {
    reportProblem(context, node, builtin, result.problem);
    return ERROR;
  }
  const path = args[0]?.constant;
  if (result.type.kind !== "error" && (builtin.name === "file" || builtin.name === "dir") && typeof path === "string") {
    if (!checkPath(context, node, builtin.name, path)) return ERROR;
  }
  return result.type;
}

/** Notes what the path means from the main file's folder, and whether it is there. */
function checkPath(context: CheckContext, node: CallNode, kind: "file" | "dir", path: string): boolean {
  if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(path)) {
    context.facts.paths.set(node, path);
    return true;
  }
  const shown = joinPath(folderOf(context.module.source.path), path);
  const exists = context.pathExists?.(shown, kind);
  context.facts.paths.set(node, path.startsWith("/") ? path : relativePath(folderOf(context.mainPath), shown));
  if (exists !== false) return true;
  context.report(diagnostic("path-not-found", node.arguments[0]!.span, { path: shown, kind: kind === "file" ? "file" : "folder" }));
  return false;
}

function reportProblem(context: CheckContext, node: CallNode, builtin: Builtin, problem: BuiltinProblem): void {
  const callee = builtin.name;
  const signature = builtin.signature;
  const place = "index" in problem ? (node.arguments[problem.index]?.value.span ?? node.span) : node.span;
  switch (problem.kind) {
    case "wrong-count": {
      const { least, most, found } = problem;
      if (found < least) {
        const names = least - found === 1 ? "one more argument" : `${least - found} more arguments`;
        context.report(diagnostic("missing-argument", node.span, { callee, names, signature }));
      } else if (most !== undefined) context.report(diagnostic("too-many-arguments", node.arguments[most]!.span, { callee, given: found, signature }));
      return;
    }
    case "named-argument": {
      const argument = node.arguments[problem.index]!;
      const name = argument.name!;
      context.report(
        diagnostic("argument-not-named", name.span, { callee, signature }, {
          fixes: [{ title: "Remove the name", edits: [{ span: { ...name.span, end: argument.value.span.start }, text: "" }] }],
        }),
      );
      return;
    }
    case "wrong-argument": {
      if (problem.found.kind === "secret") {
        context.report(diagnostic("secret-not-here", place, { name: textOf(context, node.arguments[problem.index]!.value) }));
        return;
      }
      if (problem.found.kind === "partial") {
        context.report(
          diagnostic("partial-as-list", place, { what: `What \`${callee}\` is given`, found: printType(problem.found) }, {
            fixes: [{ title: "Add `.ok`", edits: [{ span: { ...place, start: place.end }, text: ".ok" }] }],
          }),
        );
        return;
      }
      const sentence = `\`${callee}\` wants ${problem.expected}, but this is ${printType(problem.found)}.${problem.help ? ` ${problem.help}` : ""}`;
      context.report(diagnostic("wrong-argument", place, { callee, problem: sentence, signature }));
      return;
    }
    case "wrong-field":
      context.report(
        diagnostic("wrong-argument", fieldPlace(node.arguments[problem.index]?.value, problem.field) ?? place, {
          callee,
          problem: `\`${callee}\` wants ${problem.expected} in the field \`${problem.field}\`, but this is ${printType(problem.found)}.`,
          signature,
        }),
      );
      return;
    case "mixed-kinds":
      context.report(
        diagnostic("wrong-argument", place, {
          callee,
          problem: `\`${callee}\` wants values of one kind: the first is ${printType(problem.first)}, this one is ${printType(problem.found)}.`,
          signature,
        }),
      );
      return;
    case "not-constant":
      context.report(
        diagnostic("wrong-argument", place, { callee, problem: `\`${callee}\` wants a text that is known before the run.`, signature }),
      );
      return;
    case "wrong-value":
      context.report(diagnostic("cannot-evaluate", place, { problem: sentenceOf(problem.message) }));
  }
}

/** Where a field of a record literal stands. */
function fieldPlace(node: ExpressionNode | undefined, field: string): Span | undefined {
  if (node?.kind !== "Record") return undefined;
  const entry = node.entries.find((candidate) => candidate.kind === "Entry" && entryName(candidate) === field);
  return entry?.kind === "Entry" ? entryValue(entry).span : undefined;
}

function sentenceOf(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
