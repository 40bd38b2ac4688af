// How types relate: which value may stand where, the common type of two, and why one does not fit another.
import { partialFields } from "./encode.ts";
import { printType } from "./print.ts";
import { optionalOf, type RecordField, type Type } from "./type.ts";
import { makeRecord, type RecordValue, type Value } from "./value.ts";

type RecordType = Type & { readonly kind: "record" };

/**
 * May a value of type `from` stand where `to` is wanted? Beyond equal types: Int for Float, T for T?, null for T?, a
 * list with a bound for one with a larger bound or none, and all of these inside lists and records. Records are closed:
 * no field too many, and a field may be missing only where it is optional or has a default.
 */
export function isAssignable(from: Type, to: Type): boolean {
  return mismatches(from, to, "", 1).length === 0;
}

/** Do two types have the same values? Alias names and defaults do not count. */
export function typesEqual(a: Type, b: Type): boolean {
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case "enum":
      return sameEnum(a, b as typeof a);
    case "list":
    case "partial":
      return a.max === (b as typeof a).max && typesEqual(a.element, (b as typeof a).element);
    case "optional":
      return typesEqual(a.inner, (b as typeof a).inner);
    case "record": {
      const fields = fieldsByName(b as RecordType);
      return (
        fields.size === a.fields.length &&
        a.fields.every((field) => {
          const other = fields.get(field.name);
          return other !== undefined && typesEqual(field.type, other.type);
        })
      );
    }
    default:
      return true;
  }
}

/**
 * The smallest type that both fit, for the items of a list, the branches of an `if` and `??`; undefined when there is
 * none. Lists of two bounds take the larger; a field that one record lacks must be optional in the other.
 */
export function joinTypes(a: Type, b: Type): Type | undefined {
  if (a.kind === "error" || b.kind === "error") return { kind: "error" };
  if (a.kind === "never") return b;
  if (b.kind === "never") return a;
  if (a.kind === "null") return b.kind === "none" ? undefined : optionalOf(b);
  if (b.kind === "null") return a.kind === "none" ? undefined : optionalOf(a);
  if (a.kind === "optional" || b.kind === "optional") {
    const inner = joinTypes(a.kind === "optional" ? a.inner : a, b.kind === "optional" ? b.inner : b);
    return inner === undefined || inner.kind === "none" ? undefined : optionalOf(inner);
  }
  if (isNumber(a) && isNumber(b)) return a.kind === b.kind ? a : { kind: "float" };
  if (a.kind === "enum" && b.kind === "enum") return sameEnum(a, b) ? a : undefined;
  if ((a.kind === "list" && b.kind === "list") || (a.kind === "partial" && b.kind === "partial")) {
    const element = joinTypes(a.element, b.element);
    if (element === undefined || element.kind === "none") return undefined;
    return a.max === undefined || b.max === undefined
      ? { kind: a.kind, element }
      : { kind: a.kind, element, max: Math.max(a.max, b.max) };
  }
  if (a.kind === "record" && b.kind === "record") return joinRecords(a, b);
  return a.kind === b.kind ? a : undefined;
}

/**
 * Why a value of type `from` may not stand where `to` is wanted, innermost place first named: "field `lr`: expected
 * Float, found String".
 */
export function explainMismatch(from: Type, to: Type): string[] {
  return mismatches(from, to, "", 20);
}

/**
 * Does a value of type `from`, where `to` is wanted, lack fields that `to` gives a default? Then it must pass through
 * `fillDefaults` on its way; every other assignable value may stand as it is.
 */
export function needsDefaults(from: Type, to: Type): boolean {
  const target = to.kind === "optional" ? to.inner : to;
  const source = from.kind === "optional" ? from.inner : from;
  if ((source.kind === "list" || source.kind === "partial") && target.kind === source.kind)
    return needsDefaults(source.element, target.element);
  if (source.kind !== "record" || target.kind !== "record") return false;
  const given = fieldsByName(source);
  return target.fields.some((field) => {
    const own = given.get(field.name);
    return own === undefined ? field.default !== undefined : needsDefaults(own.type, field.type);
  });
}

/**
 * The value with every field it lacks filled in: its default where it has one, else null; records inside lists and
 * records too.
 */
export function fillDefaults(value: Value, type: Type): Value {
  if (value === null) return null;
  switch (type.kind) {
    case "optional":
      return fillDefaults(value, type.inner);
    case "list":
      return (value as readonly Value[]).map((item) => fillDefaults(item, type.element));
    case "record":
      return fillFields(value as RecordValue, type.fields);
    case "partial":
      return fillFields(value as RecordValue, partialFields(type.element));
    default:
      return value;
  }
}

function fillFields(record: RecordValue, fields: readonly RecordField[]): RecordValue {
  return makeRecord(
    fields.map(({ name, type, default: standard }) => {
      const filled = Object.hasOwn(record, name) ? fillDefaults(record[name]!, type) : (standard ?? null);
      return [name, filled] as const;
    }),
  );
}

/** At most `limit` reasons; none means assignable. */
function mismatches(from: Type, to: Type, place: string, limit: number): string[] {
  if (from.kind === "error" || to.kind === "error" || from.kind === "never") return [];
  const wrong = () => [`${place === "" ? "" : `${place}: `}expected ${printType(to)}, found ${printType(from)}`];
  if (to.kind === "optional") {
    if (from.kind === "null") return [];
    return mismatches(from.kind === "optional" ? from.inner : from, to.inner, place, limit);
  }
  if (from.kind === "int" && to.kind === "float") return [];
  if (from.kind !== to.kind) return wrong();
  switch (from.kind) {
    case "enum":
      return sameEnum(from, to as typeof from) ? [] : wrong();
    case "partial":
      return mismatches(from.element, (to as typeof from).element, inside(place, "item"), limit);
    case "list": {
      const target = to as typeof from;
      if (
        target.max !== undefined &&
        from.element.kind !== "never" &&
        (from.max === undefined || from.max > target.max)
      ) {
        const found = from.max === undefined ? "a list without a bound" : `a list of up to ${from.max}`;
        return [`${place === "" ? "" : `${place}: `}expected a list of at most ${target.max}, found ${found}`];
      }
      return mismatches(from.element, target.element, inside(place, "item"), limit);
    }
    case "record":
      return fieldMismatches(from, to as RecordType, place, limit);
    default:
      return [];
  }
}

function fieldMismatches(from: RecordType, to: RecordType, place: string, limit: number): string[] {
  const given = fieldsByName(from);
  const wanted = fieldsByName(to);
  const reasons: string[] = [];
  for (const field of to.fields) {
    if (reasons.length >= limit) return reasons;
    const own = given.get(field.name);
    const here = inside(place, `field \`${field.name}\``);
    if (own !== undefined) reasons.push(...mismatches(own.type, field.type, here, limit - reasons.length));
    else if (field.default === undefined && field.type.kind !== "optional")
      reasons.push(`${here}: missing, expected ${printType(field.type)}`);
  }
  for (const { name } of from.fields) {
    if (reasons.length >= limit) return reasons;
    if (!wanted.has(name)) reasons.push(`${inside(place, `field \`${name}\``)}: not a field of ${printType(to)}`);
  }
  return reasons;
}

function inside(place: string, part: string): string {
  return place === "" ? part : `${place}, ${part}`;
}

function joinRecords(a: RecordType, b: RecordType): Type | undefined {
  const theirs = fieldsByName(b);
  const fields: RecordField[] = [];
  for (const field of a.fields) {
    const other = theirs.get(field.name);
    if (other === undefined && field.type.kind !== "optional") return undefined;
    const type = other === undefined ? field.type : joinTypes(field.type, other.type);
    if (type === undefined || type.kind === "none") return undefined;
    fields.push({ ...field, type });
  }
  const ours = fieldsByName(a);
  for (const field of b.fields) {
    if (ours.has(field.name)) continue;
    if (field.type.kind !== "optional") return undefined;
    fields.push(field);
  }
  return a.name !== undefined && a.name === b.name
    ? { kind: "record", name: a.name, fields }
    : { kind: "record", fields };
}

function fieldsByName(type: RecordType): Map<string, RecordField> {
  return new Map(type.fields.map((field) => [field.name, field]));
}

function isNumber(type: Type): boolean {
  return type.kind === "int" || type.kind === "float";
}

function sameEnum(a: Type & { readonly kind: "enum" }, b: Type & { readonly kind: "enum" }): boolean {
  return (
    a.name === b.name &&
    a.members.length === b.members.length &&
    a.members.every((member, i) => member === b.members[i])
  );
}
