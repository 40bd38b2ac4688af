// Type syntax to types. In: a type node. Out: the type, `error` where one was reported. Aliases and enums are resolved through the
// declarations; how deep and how large a type may get in all is bounded here, so that later phases may walk types freely.

import { names } from "../diagnostics/catalog/names.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { FieldNode, ListTypeNode, NamedTypeNode, TypeNode } from "../syntax/ast.ts";
import { isAssignable } from "../types/relate.ts";
import {
  BOOL,
  CAUSE,
  DIR,
  DURATION,
  ERROR,
  FAILURE,
  FILE,
  FLOAT,
  INT,
  listOf,
  optionalOf,
  type RecordField,
  RUN_STATUS,
  SIZE,
  STRING,
  type Type,
} from "../types/type.ts";
import { type CheckContext, createScope } from "./context.ts";
import { describeKind, didYouMean, nearFix } from "./describe.ts";
import { foldConstant } from "./fold.ts";
import { requireStage } from "./stage.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...names, ...types });

export const BUILTIN_TYPES: ReadonlyMap<string, Type> = new Map<string, Type>([
  ["Int", INT],
  ["Float", FLOAT],
  ["Bool", BOOL],
  ["String", STRING],
  ["Size", SIZE],
  ["Duration", DURATION],
  ["File", FILE],
  ["Dir", DIR],
  ["Failure", FAILURE],
  ["Cause", CAUSE],
  ["RunStatus", RUN_STATUS],
]);

/** Names of other languages for our types. */
const FOREIGN_TYPES: ReadonlyMap<string, string> = new Map([
  ["int", "Int"],
  ["integer", "Int"],
  ["long", "Int"],
  ["float", "Float"],
  ["double", "Float"],
  ["number", "Float"],
  ["str", "String"],
  ["text", "String"],
  ["bool", "Bool"],
  ["boolean", "Bool"],
  ["path", "File"],
  ["directory", "Dir"],
]);

const MAX_TYPE_DEPTH = 60;
const MAX_TYPE_SIZE = 10_000;
/** Smaller types are measured anew each time: a table of all that are written in place would cost more. */
const SMALL_TYPE = 16;

interface Measure {
  readonly depth: number;
  readonly size: number;
}

const PLAIN: Measure = { depth: 1, size: 1 };
const measures = new WeakMap<Type, Measure>();

export function resolveType(context: CheckContext, node: TypeNode): Type {
  const type = resolve(context, node);
  const { depth, size } = measure(type);
  if (depth <= MAX_TYPE_DEPTH && size <= MAX_TYPE_SIZE) return type;
  const limit = depth > MAX_TYPE_DEPTH ? `${MAX_TYPE_DEPTH} levels` : `${MAX_TYPE_SIZE} parts`;
  context.report(diagnostic("type-too-large", node.span, { limit }));
  return ERROR;
}

function resolve(context: CheckContext, node: TypeNode): Type {
  switch (node.kind) {
    case "NamedType":
      return resolveNamed(context, node);
    case "ListType":
      return resolveList(context, node);
    case "OptionalType":
      return optionalOf(resolve(context, node.inner));
    case "RecordType":
      return { kind: "record", fields: resolveFields(context, node.fields) };
    case "ErrorType":
      return ERROR;
  }
}

function measure(type: Type): Measure {
  switch (type.kind) {
    case "list":
    case "partial":
      return measureAround(type, [type.element]);
    case "optional":
      return measureAround(type, [type.inner]);
    case "record":
      return measureAround(
        type,
        type.fields.map((field) => field.type),
      );
    default:
      return PLAIN;
  }
}

function measureAround(type: Type, parts: readonly Type[]): Measure {
  const known = measures.get(type);
  if (known) return known;
  let depth = 0;
  let size = 1;
  for (const part of parts) {
    const inner = measure(part);
    depth = Math.max(depth, inner.depth);
    size += inner.size;
  }
  const own = { depth: depth + 1, size };
  if (size > SMALL_TYPE) measures.set(type, own);
  return own;
}

function resolveNamed(context: CheckContext, node: NamedTypeNode): Type {
  const name = node.name.text;
  if (name === "") return ERROR;
  if (node.argument) return resolveApplied(context, node);
  const symbol = context.module.globals.get(name);
  if (symbol?.kind === "type" || symbol?.kind === "enum") {
    return context.declarations.typeNamed(symbol);
  }
  const builtin = BUILTIN_TYPES.get(name);
  if (builtin) return builtin;
  if (symbol) {
    context.report(
      diagnostic(
        "not-a-type",
        node.span,
        { name, kind: describeKind(symbol.kind) },
        {
          related: [{ span: symbol.node.name.span, text: `\`${name}\` is declared here` }],
        },
      ),
    );
    return ERROR;
  }
  const foreign = FOREIGN_TYPES.get(name.toLowerCase());
  const declared = [...context.module.globals.values()].filter(
    (global) => global.kind === "type" || global.kind === "enum",
  );
  const candidates = foreign
    ? [foreign]
    : [...declared.map((global) => global.name), ...BUILTIN_TYPES.keys(), "Partial"];
  const known = foreign ? ` Did you mean \`${foreign}\`?` : didYouMean(name, candidates);
  const fix = foreign
    ? { fixes: [{ title: `Change to \`${foreign}\``, edits: [{ span: node.span, text: foreign }] }] }
    : nearFix(name, node.span, candidates, (near) => declared.find((global) => global.name === near)?.node.name.span);
  context.report(diagnostic("unknown-type", node.span, { name, known }, fix));
  return ERROR;
}

function resolveApplied(context: CheckContext, node: NamedTypeNode): Type {
  const name = node.name.text;
  const argument = resolve(context, node.argument!);
  if (name === "Partial") return { kind: "partial", element: argument };
  const written = textOf(context, node.argument!);
  const lower = name.toLowerCase();
  const instead = ["list", "array", "seq"].includes(lower)
    ? `[${written}]`
    : ["optional", "option", "maybe"].includes(lower)
      ? `${written}?`
      : undefined;
  context.report(
    diagnostic(
      "type-arguments",
      node.span,
      { name, instead: instead ? `Write \`${instead}\`.` : "Only `Partial<T>` takes a type in angle brackets." },
      instead ? { fixes: [{ title: `Change to \`${instead}\``, edits: [{ span: node.span, text: instead }] }] } : {},
    ),
  );
  return ERROR;
}

function resolveList(context: CheckContext, node: ListTypeNode): Type {
  const element = resolve(context, node.element);
  if (!node.max) return listOf(element);
  const bound = resolveBound(context, node.max);
  return bound === undefined ? listOf(element) : listOf(element, bound);
}

function resolveBound(context: CheckContext, node: NonNullable<ListTypeNode["max"]>): number | undefined {
  const found = context.check(context, node, createScope(undefined, { noCalls: "constant" }));
  if (found.kind === "error") return undefined;
  const value = foldConstant(context, node);
  if (isAssignable(found, INT) && typeof value === "number" && value >= 0) return value;
  if (value !== undefined || !isAssignable(found, INT))
    context.report(diagnostic("bad-bound", node.span, { text: textOf(context, node) }));
  return undefined;
}

function resolveFields(context: CheckContext, nodes: readonly FieldNode[]): RecordField[] {
  const fields: RecordField[] = [];
  const seen = nodes.length > 1 ? new Map<string, FieldNode>() : undefined;
  for (const node of nodes) {
    const type = resolve(context, node.type);
    const before = seen?.get(node.name.text);
    if (before) {
      context.report(
        diagnostic(
          "duplicate-field",
          node.name.span,
          { name: node.name.text },
          {
            related: [{ span: before.name.span, text: "first written here" }],
          },
        ),
      );
      continue;
    }
    if (node.name.text === "") continue;
    seen?.set(node.name.text, node);
    if (!node.default) {
      fields.push({ name: node.name.text, type });
      continue;
    }
    const what = `The default of \`${node.name.text}\``;
    context.check(context, node.default, createScope(undefined, { noCalls: "constant" }), type, what);
    const value = requireStage(context, node.default, "compile", what)
      ? foldConstant(context, node.default, type)
      : undefined;
    fields.push(value === undefined ? { name: node.name.text, type } : { name: node.name.text, type, default: value });
  }
  return fields;
}
