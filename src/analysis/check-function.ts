// Calls of built-in functions: their arguments against the function's own rules, and the paths that `file` and `dir` name.

import { flow } from "../diagnostics/catalog/flow.ts";
import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import { type Builtin, type BuiltinProblem, checkBuiltin } from "../expr/builtin.ts";
import type { CallNode, ExpressionNode } from "../syntax/ast.ts";
import type { Span } from "../text/span.ts";
import { printType } from "../types/print.ts";
import { ERROR, type Type } from "../types/type.ts";
import { folderOf, joinPath, relativePath } from "../util/relative-path.ts";
import type { CheckContext, Scope } from "./context.ts";
import { addOk } from "./describe.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { tryFold } from "./fold.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...flow, ...names, ...types });

/** Checks the call of a built-in function; the type of its value. */
export function checkFunction(context: CheckContext, node: CallNode, scope: Scope, builtin: Builtin): Type {
  const args = node.arguments.map((argument) => {
    const type = context.check(context, argument.value, scope);
    const constant =
      type.kind === "error" || stageOf(context, argument.value).stage !== "compile"
        ? undefined
        : tryFold(context, argument.value);
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
  context.report(
    diagnostic("path-not-found", node.arguments[0]!.span, { path: shown, kind: kind === "file" ? "file" : "folder" }),
  );
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
      } else if (most !== undefined)
        context.report(
          diagnostic("too-many-arguments", node.arguments[most]!.span, { callee, given: found, signature }),
        );
      return;
    }
    case "named-argument": {
      const argument = node.arguments[problem.index]!;
      const name = argument.name!;
      context.report(
        diagnostic(
          "argument-not-named",
          name.span,
          { callee, signature },
          {
            fixes: [
              {
                title: "Remove the name",
                edits: [{ span: { ...name.span, end: argument.value.span.start }, text: "" }],
              },
            ],
          },
        ),
      );
      return;
    }
    case "wrong-argument": {
      if (problem.found.kind === "secret") {
        context.report(
          diagnostic("secret-not-here", place, { name: textOf(context, node.arguments[problem.index]!.value) }),
        );
        return;
      }
      if (problem.found.kind === "partial") {
        context.report(
          diagnostic(
            "partial-as-list",
            place,
            { what: `What \`${callee}\` is given`, found: printType(problem.found) },
            {
              fixes: [addOk(place)],
            },
          ),
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
        diagnostic("wrong-argument", place, {
          callee,
          problem: `\`${callee}\` wants a text that is known before the run.`,
          signature,
        }),
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
