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
  return mismatches(from, to, 1).length === 0;
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
  return mismatches(from, to, 20).map(({ place, reason }) => (place === "" ? reason : `${place}: ${reason}`));
}

/**
 * Does a value of type `from`, where `to` is wanted, lack fields that `to` gives a default? Then it must pass through
 * `fillDefaults` on its way; every other assignable value may stand as it is.
 */
export function needsDefaults(from: Type, to: Type): boolean {
  if (from === to) return false;
  const target = to.kind === "optional" ? to.inner : to;
  const source = from.kind === "optional" ? from.inner : from;
  if ((source.kind === "list" || source.kind === "partial") && target.kind === source.kind)
    return needsDefaults(source.element, target.element);
  if (source.kind !== "record" || target.kind !== "record") return false;
  const findOwn = fieldFinder(source);
  return target.fields.some((field) => {
    const own = findOwn(field.name);
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

interface Mismatch {
  /** From the outside in; empty for the types themselves. */
  readonly place: string;
  readonly reason: string;
}

const FITS: readonly Mismatch[] = [];

/** At most `limit` reasons; none means assignable. Places are put together only when there is something to say. */
function mismatches(from: Type, to: Type, limit: number): readonly Mismatch[] {
  if (from === to || from.kind === "error" || to.kind === "error" || from.kind === "never") return FITS;
  if (to.kind === "optional") {
    return from.kind === "null" ? FITS : mismatches(from.kind === "optional" ? from.inner : from, to.inner, limit);
  }
  if (from.kind === "int" && to.kind === "float") return FITS;
  if (from.kind !== to.kind) return differ(from, to);
  switch (from.kind) {
    case "enum":
      return sameEnum(from, to as typeof from) ? FITS : differ(from, to);
    case "partial":
      return inside("item", mismatches(from.element, (to as typeof from).element, limit));
    case "list": {
      const target = to as typeof from;
      if (
        target.max !== undefined &&
        from.element.kind !== "never" &&
        (from.max === undefined || from.max > target.max)
      ) {
        const found = from.max === undefined ? "a list without a bound" : `a list of up to ${from.max}`;
        return [{ place: "", reason: `expected a list of at most ${target.max}, found ${found}` }];
      }
      return inside("item", mismatches(from.element, target.element, limit));
    }
    case "record":
      return fieldMismatches(from, to as RecordType, limit);
    default:
      return FITS;
  }
}

function fieldMismatches(from: RecordType, to: RecordType, limit: number): readonly Mismatch[] {
  const findOwn = fieldFinder(from);
  const findWanted = fieldFinder(to);
  const found: Mismatch[] = [];
  for (const { name, type, default: standard } of to.fields) {
    if (found.length >= limit) return found;
    const own = findOwn(name);
    if (own !== undefined) {
      const inner = mismatches(own.type, type, limit - found.length);
      if (inner.length > 0) found.push(...inside(`field \`${name}\``, inner));
    } else if (standard === undefined && type.kind !== "optional")
      found.push({ place: `field \`${name}\``, reason: `missing, expected ${printType(type)}` });
  }
  for (const { name } of from.fields) {
    if (found.length >= limit) return found;
    if (!findWanted(name)) found.push({ place: `field \`${name}\``, reason: `not a field of ${printType(to)}` });
  }
  return found;
}

function differ(from: Type, to: Type): readonly Mismatch[] {
  return [{ place: "", reason: `expected ${printType(to)}, found ${printType(from)}` }];
}

function inside(part: string, found: readonly Mismatch[]): readonly Mismatch[] {
  if (found.length === 0) return FITS;
  return found.map(({ place, reason }) => ({ place: place === "" ? part : `${part}, ${place}`, reason }));
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

/** Up to so many fields are looked through: a table would cost more than it saves. */
const FEW_FIELDS = 8;

function fieldFinder(type: RecordType): (name: string) => RecordField | undefined {
  if (type.fields.length <= FEW_FIELDS) return (name) => type.fields.find((field) => field.name === name);
  const byName = fieldsByName(type);
  return (name) => byName.get(name);
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
