// Facts as words: what kind of thing a name is, which names are near, and the fix that changes to the only near one.

import type { DiagnosticExtra } from "../diagnostics/define.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import type { Span } from "../text/span.ts";
import { printType } from "../types/print.ts";
import type { Type } from "../types/type.ts";
import { suggest } from "../util/suggest.ts";
import type { CheckContext } from "./context.ts";
import type { GlobalSymbol, LocalSymbol } from "./program.ts";

const KINDS: Readonly<Record<GlobalSymbol["kind"] | LocalSymbol["kind"], string>> = {
  const: "a constant",
  type: "a type",
  enum: "an enum",
  secret: "a secret",
  resources: "a resources block",
  task: "a task",
  pipeline: "a pipeline",
  parameter: "a parameter",
  let: "a value",
  item: "the item of a map",
  index: "the index of a map",
  variable: "the variable of a `[for]`",
  output: "the output path of the task",
  amount: "the previous attempt's amount",
  run: "the run that ended",
};

export function describeKind(kind: GlobalSymbol["kind"] | LocalSymbol["kind"]): string {
  return KINDS[kind];
}

/** `a`, `b` or `c`, each in backticks. */
export function listNames(names: readonly string[], word = "or"): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join("") : `${quoted.slice(0, -1).join(", ")} ${word} ${quoted.at(-1)}`;
}

/** " Did you mean …?", or the names there are when they are few, or nothing. Starts with a blank. */
export function didYouMean(name: string, candidates: readonly string[], listed = "There is"): string {
  const near = suggest(name, candidates);
  if (near.length > 0) return ` Did you mean ${listNames(near)}?`;
  if (candidates.length > 0 && candidates.length <= 8) return ` ${listed} ${listNames(candidates, "and")}.`;
  return "";
}

/** The edit to the one near name, with its declaration as the related place where that is known. */
export function nearFix(
  name: string,
  span: Span,
  candidates: readonly string[],
  declared?: (name: string) => Span | undefined,
): DiagnosticExtra {
  const near = suggest(name, candidates);
  if (near.length !== 1) return {};
  const only = near[0]!;
  const place = declared?.(only);
  return {
    fixes: [{ title: `Change to \`${only}\``, edits: [{ span, text: only }] }],
    ...(place && { related: [{ span: place, text: `\`${only}\` is declared here` }] }),
  };
}

/** The edit that takes the items of a Partial that succeeded; `span` is that of the Partial. */
export function addOk(span: Span): Fix {
  return { title: "Add `.ok`", edits: [{ span: { ...span, start: span.end }, text: ".ok" }] };
}

/** A type as messages quote it. */
export function quoteType(type: Type): string {
  return `\`${printType(type)}\``;
}

/** Where the alias or enum that a type is named after is declared, as a related place. */
export function declaredType(context: Pick<CheckContext, "module">, type: Type): Pick<DiagnosticExtra, "related"> {
  const name = type.kind === "record" || type.kind === "enum" ? type.name : undefined;
  const symbol = name === undefined ? undefined : context.module.globals.get(name);
  return symbol ? { related: [{ span: symbol.node.name.span, text: `\`${name}\` is declared here` }] } : {};
}
