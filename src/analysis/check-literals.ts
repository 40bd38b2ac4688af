// Record and list literals. The wanted type guides: its fields and items check ours one by one, so that a mismatch is reported where it is.

import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { EntryNode, ListNode, RecordNode, SpreadNode } from "../syntax/ast.ts";
import { isAssignable, joinTypes } from "../types/relate.ts";
import { ERROR, listOf, NEVER, type RecordField, type Type } from "../types/type.ts";
import type { CheckContext, Scope } from "./context.ts";
import { addOk, declaredType, didYouMean, listNames, nearFix, quoteType } from "./describe.ts";
import { entryValue } from "./entry-value.ts";

type RecordType = Type & { readonly kind: "record" };

const diagnostic = bindDiagnostics({ ...names, ...types });

export function checkRecord(context: CheckContext, node: RecordNode, scope: Scope, expected: Type | undefined): Type {
  const wanted = recordIn(expected);
  const fields = new Map<string, Type>();
  // Made when a field comes twice, of which one may be of a spread.
  let written: Map<string, EntryNode> | undefined;
  let poisoned = false;
  for (const entry of node.entries) {
    if (entry.kind === "Spread") {
      const type = context.check(context, entry.value, scope);
      if (type.kind === "record") for (const field of type.fields) fields.set(field.name, field.type);
      else {
        poisoned = true;
        reportSpread(context, entry, type, "a record");
      }
      continue;
    }
    const name = checkEntryName(context, entry);
    if (name === undefined) {
      poisoned = true;
      if (entry.value) context.check(context, entry.value, scope);
      continue;
    }
    if (fields.has(name)) written ??= entriesBefore(node, entry);
    const before = written?.get(name);
    if (before) {
      context.report(
        diagnostic(
          "duplicate-field",
          entry.name.span,
          { name },
          { related: [{ span: before.name.span, text: "first written here" }] },
        ),
      );
    }
    const target = wanted?.fields.find((field) => field.name === name);
    if (wanted && !target) {
      reportUnknownField(
        context,
        entry,
        name,
        wanted,
        new Set(node.entries.map((other) => (other.kind === "Entry" ? textOfName(other) : ""))),
      );
      poisoned = true;
    }
    const type = checkEntry(context, entry, scope, target?.type, `The field \`${name}\``);
    written?.set(name, entry);
    fields.set(name, type);
  }
  if (wanted && !poisoned) {
    const isMissing = ({ name, type, default: standard }: RecordField) =>
      !fields.has(name) && standard === undefined && type.kind !== "optional";
    if (wanted.fields.some(isMissing)) {
      const missing = wanted.fields.filter(isMissing);
      const list = listNames(
        missing.map((field) => field.name),
        "and",
      );
      const names = missing.length === 1 ? `the field ${list}` : `the fields ${list}`;
      context.report(
        diagnostic("missing-field", node.span, { names, type: quoteType(wanted) }, declaredType(context, wanted)),
      );
      return ERROR;
    }
    if (allFit(fields, wanted)) return wanted;
  }
  if (poisoned) return ERROR;
  return { kind: "record", fields: [...fields].map(([name, type]): RecordField => ({ name, type })) };
}

/** The entries before one, by name, the last of each. */
function entriesBefore(node: RecordNode, entry: EntryNode): Map<string, EntryNode> {
  const found = new Map<string, EntryNode>();
  for (const other of node.entries) {
    if (other === entry) break;
    if (other.kind === "Entry") found.set(textOfName(other), other);
  }
  return found;
}

/** Whether the fields, those of spreads among them, are fields of `wanted` with types that fit. */
function allFit(fields: ReadonlyMap<string, Type>, wanted: RecordType): boolean {
  for (const [name, type] of fields) {
    const target = wanted.fields.find((field) => field.name === name);
    if (!target || !isAssignable(type, target.type)) return false;
  }
  return true;
}

/** The name of an entry, or undefined when it was reported. */
function checkEntryName(context: CheckContext, entry: EntryNode): string | undefined {
  const name = textOfName(entry);
  if (entry.name.kind === "Name") return name === "" ? undefined : name;
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  context.report(diagnostic("quoted-field", entry.name.span, { name }));
  return undefined;
}

function textOfName(entry: EntryNode): string {
  if (entry.name.kind === "Name") return entry.name.text;
  return entry.name.parts.map((part) => (part.kind === "StringText" ? part.value : "\\(…)")).join("");
}

function checkEntry(
  context: CheckContext,
  entry: EntryNode,
  scope: Scope,
  expected: Type | undefined,
  what: string,
): Type {
  return context.check(context, entryValue(entry), scope, expected, what);
}

function reportUnknownField(
  context: CheckContext,
  entry: EntryNode,
  name: string,
  wanted: RecordType,
  given: ReadonlySet<string>,
): void {
  const fields = wanted.fields.map((field) => field.name);
  const open = fields.filter((field) => !given.has(field));
  context.report(
    diagnostic(
      "unknown-field",
      entry.name.span,
      {
        name,
        type: quoteType(wanted),
        known: didYouMean(name, open, "It also has") || ` It has ${listNames(fields, "and")}.`,
      },
      { ...declaredType(context, wanted), ...nearFix(name, entry.name.span, open) },
    ),
  );
}

function recordIn(expected: Type | undefined): RecordType | undefined {
  if (expected?.kind === "record") return expected;
  return expected?.kind === "optional" && expected.inner.kind === "record" ? expected.inner : undefined;
}

export function checkList(context: CheckContext, node: ListNode, scope: Scope, expected: Type | undefined): Type {
  const outer = expected?.kind === "optional" ? expected.inner : expected;
  const wanted = outer?.kind === "list" ? outer.element : undefined;
  let element: Type = NEVER;
  let first: Type | undefined;
  let bound: number | undefined = 0;
  let poisoned = false;
  for (const item of node.items) {
    const found =
      item.kind === "Spread" ? checkSpreadList(context, item, scope) : checkItem(context, item, scope, wanted);
    if (found.type.kind === "error") {
      poisoned = true;
      continue;
    }
    bound = bound === undefined || found.count === undefined ? undefined : bound + found.count;
    const joined: Type | undefined = joinTypes(element, found.type);
    if (joined) element = joined;
    else if (!poisoned) {
      context.report(
        diagnostic("mixed-list", item.span, { first: quoteType(first ?? element), other: quoteType(found.type) }),
      );
      poisoned = true;
    }
    first ??= found.type;
  }
  if (poisoned) return ERROR;
  return listOf(wanted && isAssignable(element, wanted) ? wanted : element, bound);
}

function checkItem(
  context: CheckContext,
  item: Exclude<ListNode["items"][number], SpreadNode>,
  scope: Scope,
  wanted: Type | undefined,
): { type: Type; count: number | undefined } {
  return { type: context.check(context, item, scope, wanted, "An item of this list"), count: 1 };
}

function checkSpreadList(
  context: CheckContext,
  item: SpreadNode,
  scope: Scope,
): { type: Type; count: number | undefined } {
  const type = context.check(context, item.value, scope);
  if (type.kind === "list") return { type: type.element, count: type.max };
  reportSpread(context, item, type, "a list");
  return { type: ERROR, count: undefined };
}

function reportSpread(context: CheckContext, node: SpreadNode, found: Type, wanted: string): void {
  if (found.kind === "error") return;
  if (found.kind === "partial") {
    context.report(
      diagnostic(
        "partial-as-list",
        node.value.span,
        { what: "What is spread", found: quoteType(found) },
        {
          fixes: [addOk(node.value.span)],
        },
      ),
    );
    return;
  }
  context.report(diagnostic("spread-wrong", node.value.span, { wanted, found: quoteType(found) }));
}
