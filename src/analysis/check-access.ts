// Fields, members of enums, and items: `value.name`, `value?.name`, `value[index]`.

import { flow } from "../diagnostics/catalog/flow.ts";
import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ExpressionNode, IndexNode, MemberNode } from "../syntax/ast.ts";
import { partialFields } from "../types/encode.ts";
import { CAUSE, ERROR, INT, listOf, optionalOf, RUN_STATUS, type Type } from "../types/type.ts";
import { type CheckContext, findLocal, type Scope } from "./context.ts";
import { addOk, declaredType, didYouMean, nearFix, quoteType } from "./describe.ts";
import { tryFold } from "./fold.ts";
import { narrowedType } from "./narrow.ts";
import { stageOf } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...flow, ...names, ...types });

const BUILTIN_ENUMS: ReadonlyMap<string, Type> = new Map([
  ["Cause", CAUSE],
  ["RunStatus", RUN_STATUS],
]);

export function checkMember(context: CheckContext, node: MemberNode, scope: Scope): Type {
  const asEnum = checkEnumMember(context, node, scope);
  if (asEnum) return asEnum;
  const base = context.check(context, node.value, scope);
  if (base.kind === "error" || node.name.text === "") return ERROR;
  const inner = base.kind === "optional" ? base.inner : base;
  if (base.kind === "optional" && !node.optional) {
    if (findFieldType(inner, node.name.text)) {
      const dot = { ...node.span, start: node.value.span.end, end: node.name.span.start };
      const text = textOf(context, node.value);
      context.report(
        diagnostic(
          "maybe-null",
          node.value.span,
          {
            what: `\`${text}\``,
            found: quoteType(base),
            instead: `Reach into it with \`?.\` (null if it is null), or test \`${text} != null\` first.`,
          },
          { fixes: [{ title: "Change to `?.`", edits: [{ span: dot, text: "?." }] }] },
        ),
      );
      return ERROR;
    }
  }
  if (node.optional && base.kind !== "optional" && !wasOptional(context, node.value)) {
    const dot = { ...node.span, start: node.value.span.end, end: node.name.span.start };
    context.report(
      diagnostic(
        "never-null",
        dot,
        { operator: "?.", type: quoteType(base), instead: "Write `.`." },
        {
          fixes: [{ title: "Change to `.`", edits: [{ span: dot, text: "." }] }],
        },
      ),
    );
    return ERROR;
  }
  const field = findFieldType(inner, node.name.text);
  if (!field) return reportNoField(context, node, inner);
  if (base.kind === "optional") return narrowedType(scope, node) ?? optionalOf(field);
  return narrowedType(scope, node) ?? field;
}

/** The declared type of a name that a condition has narrowed was optional: `?.` is then not wrong, only not needed. */
function wasOptional(context: CheckContext, node: ExpressionNode): boolean {
  if (node.kind === "Parentheses") return wasOptional(context, node.value);
  if (node.kind === "Member") return true;
  const symbol = node.kind === "NameExpression" ? context.facts.symbols.get(node) : undefined;
  return symbol !== undefined && "type" in symbol && symbol.type.kind === "optional";
}

/** `Split.train`, where `Split` is an enum and no local name. */
function checkEnumMember(context: CheckContext, node: MemberNode, scope: Scope): Type | undefined {
  if (node.value.kind !== "NameExpression" || findLocal(scope, node.value.text)) return undefined;
  const global = context.module.globals.get(node.value.text);
  const builtin = BUILTIN_ENUMS.get(node.value.text);
  if (global?.kind !== "enum" && (global || !builtin)) return undefined;
  const type = global?.kind === "enum" ? context.declarations.typeNamed(global) : builtin!;
  if (global) context.facts.symbols.set(node.value, global);
  context.facts.types.set(node.value, type);
  if (type.kind !== "enum") return ERROR;
  const member = node.name.text;
  if (member === "") return ERROR;
  if (type.members.includes(member)) return type;
  context.report(
    diagnostic(
      "unknown-member",
      node.name.span,
      { name: member, type: type.name, known: didYouMean(member, type.members, "It has") },
      nearFix(member, node.name.span, type.members),
    ),
  );
  return ERROR;
}

function findFieldType(type: Type, name: string): Type | undefined {
  return fieldsOf(type)?.find((field) => field.name === name)?.type;
}

function fieldsOf(type: Type) {
  if (type.kind === "record") return type.fields;
  if (type.kind !== "partial") return undefined;
  const { max } = type;
  return partialFields(type.element).map(({ name, type: field }) =>
    field.kind === "list" && max !== undefined ? { name, type: listOf(field.element, max) } : { name, type: field },
  );
}

function reportNoField(context: CheckContext, node: MemberNode, type: Type): Type {
  const name = node.name.text;
  const fields = fieldsOf(type)?.map((field) => field.name);
  if (fields && type.kind === "record") {
    context.report(
      diagnostic(
        "unknown-field",
        node.name.span,
        { name, type: describeRecord(context, node.value, type), known: didYouMean(name, fields, "It has") },
        { ...declaredType(context, type), ...nearFix(name, node.name.span, fields) },
      ),
    );
    return ERROR;
  }
  const text = textOf(context, node.value);
  const count = ["length", "len", "size", "count"].includes(name);
  let instead = "Only records have fields.";
  let fix: string | undefined;
  if (type.kind === "partial") {
    instead = `The result of a tolerant map has \`.ok\`, \`.failed\` and \`.all\`.`;
    if (count) fix = `len(${text}.ok)`;
  } else if (type.kind === "list") {
    if (count) {
      fix = `len(${text})`;
      instead = `Its length is \`${fix}\`.`;
    } else if (findFieldType(type.element, name))
      instead = `For each item write \`[for x in ${text}: x.${name}]\`, for one \`${text}[0]?.${name}\`.`;
    else instead = "For each item write `[for x in xs: …]`.";
  } else if (type.kind === "string" && count) {
    fix = `len(${text})`;
    instead = `Its length is \`${fix}\`.`;
  }
  context.report(
    diagnostic(
      "no-fields",
      node.name.span,
      { name, type: quoteType(type), instead },
      fix ? { fixes: [{ title: `Change to \`${fix}\``, edits: [{ span: node.span, text: fix }] }] } : {},
    ),
  );
  return ERROR;
}

/** `Score`, "The result of `train`" or "This record". */
function describeRecord(context: CheckContext, node: ExpressionNode, type: Type & { kind: "record" }): string {
  if (type.name) return `\`${type.name}\``;
  const symbol = node.kind === "Call" ? context.facts.symbols.get(node) : undefined;
  return symbol ? `The result of \`${symbol.name}\`` : "This record";
}

export function checkIndex(context: CheckContext, node: IndexNode, scope: Scope): Type {
  const base = context.check(context, node.value, scope);
  if (base.kind === "list") {
    const index = context.check(context, node.index, scope, INT, "The index");
    if (index.kind === "error") return ERROR;
    const known = stageOf(context, node.index).stage === "compile" ? tryFold(context, node.index) : undefined;
    if (typeof known === "number" && known < 0) reportNegativeIndex(context, node, known);
    return optionalOf(base.element);
  }
  context.check(context, node.index, scope);
  if (base.kind === "error") return ERROR;
  if (base.kind === "partial") {
    context.report(
      diagnostic(
        "partial-as-list",
        node.value.span,
        { what: "What is indexed", found: quoteType(base) },
        {
          fixes: [addOk(node.value.span)],
        },
      ),
    );
    return ERROR;
  }
  const part = node.index.kind === "String" ? node.index.parts[0] : undefined;
  const literal = part?.kind === "StringText" ? part.value : undefined;
  const right =
    base.kind === "record" && literal !== undefined ? `${textOf(context, node.value)}.${literal}` : undefined;
  const instead =
    base.kind === "record"
      ? `Fields are read with a dot${right ? `: \`${right}\`` : ""}.`
      : base.kind === "optional"
        ? "It may be null: test it first, or give a default with `??`."
        : "Only lists are, counted from 0.";
  context.report(
    diagnostic(
      "not-indexable",
      node.value.span,
      { type: quoteType(base), instead },
      right ? { fixes: [{ title: `Change to \`${right}\``, edits: [{ span: node.span, text: right }] }] } : {},
    ),
  );
  return ERROR;
}

function reportNegativeIndex(context: CheckContext, node: IndexNode, index: number): void {
  const last = `last(${textOf(context, node.value)})`;
  const problem = `An index counts from 0, and this is \`${index}\`. The last item is \`${last}\`.`;
  const fixes = index === -1 ? [{ title: `Change to \`${last}\``, edits: [{ span: node.span, text: last }] }] : [];
  context.report(diagnostic("cannot-evaluate", node.index.span, { problem }, { fixes }));
}
