// Equality as the language has it, in expr-lang: texts, numbers and lists of them compare as they are; whatever holds records compares by a
// text of its fields in one order, since there a missing field equals null.
import { partialFields } from "../../../types/encode.ts";
import { joinTypes } from "../../../types/relate.ts";
import { NULL, optionalOf, type Type } from "../../../types/type.ts";
import type { Value } from "../../../types/value.ts";
import { isRecordValue } from "../../../types/value.ts";
import { once } from "./encode-text.ts";

/** A type that a known value has, as far as comparing needs it. */
export function typeOfValue(value: Value): Type {
  if (value === null) return NULL;
  if (typeof value === "number") return { kind: "float" };
  if (typeof value === "string") return { kind: "string" };
  if (typeof value === "boolean") return { kind: "bool" };
  if (!isRecordValue(value)) return { kind: "list", element: joinAll((value as readonly Value[]).map(typeOfValue)) };
  const fields = Object.keys(value).map((name) => ({ name, type: typeOfValue(value[name]!) }));
  return { kind: "record", fields };
}

/** The shape that both values have: unlike `joinTypes` it knows literals of amounts and enums, which are numbers and texts; `error`: unknown. */
export function joinShapes(a: Type, b: Type): Type {
  const joined = joinTypes(a, b);
  if (joined !== undefined) return joined;
  const [left, right] = [required(a), required(b)];
  const wrap = (type: Type) => (left === a && right === b ? type : optionalOf(type));
  if (left.kind === "list" && right.kind === "list")
    return wrap({ kind: "list", element: joinShapes(left.element, right.element) });
  if (left.kind === "record" && right.kind === "record") {
    const others = new Map(right.fields.map((field) => [field.name, field.type]));
    const own = new Set(left.fields.map((field) => field.name));
    return wrap({
      kind: "record",
      fields: [
        ...left.fields.map(({ name, type }) => {
          const other = others.get(name);
          return { name, type: other === undefined ? optionalOf(type) : joinShapes(type, other) };
        }),
        ...right.fields
          .filter(({ name }) => !own.has(name))
          .map(({ name, type }) => ({ name, type: optionalOf(type) })),
      ],
    });
  }
  const kind = scalarOf(left);
  return kind !== undefined && kind === scalarOf(right) ? wrap(left) : { kind: "error" };
}

/** The shape of all of them; `never` of none. */
export function joinAll(types: readonly Type[]): Type {
  return types.reduce((all, type) => joinShapes(all, type), { kind: "never" } as Type);
}

/** The type without null. */
export function required(type: Type): Type {
  return type.kind === "optional" ? type.inner : type;
}

function scalarOf(type: Type): string | undefined {
  if (["int", "float", "size", "duration"].includes(type.kind)) return "number";
  if (["string", "enum", "file", "dir"].includes(type.kind)) return "text";
  return undefined;
}

/** Whether values of the type hold records, so that only their `keyCode` tells whether they are equal. */
export function holdsRecords(type: Type): boolean {
  if (type.kind === "record" || type.kind === "partial") return true;
  if (type.kind === "optional") return holdsRecords(type.inner);
  return type.kind === "list" && holdsRecords(type.element);
}

/** Whether something in the type is unknown. */
export function isUnknown(type: Type): boolean {
  if (type.kind === "optional") return isUnknown(type.inner);
  if (type.kind === "list" || type.kind === "partial") return isUnknown(type.element);
  return type.kind === "record" ? type.fields.some((field) => isUnknown(field.type)) : type.kind === "error";
}

/** A text that two values of the type have in common exactly when they are equal. */
export function keyCode(value: string, type: Type): string {
  const plain = required(type);
  if (!holdsRecords(plain)) return `toJson(${value})`;
  if (plain.kind === "list")
    return once(
      value,
      (self) => `(${self} == nil ? "null" : "[" + join(map(${self}, ${keyCode("#", plain.element)}), ",") + "]")`,
    );
  const fields = plain.kind === "record" ? plain.fields : plain.kind === "partial" ? partialFields(plain.element) : [];
  return once(value, (self) => {
    const parts = fields.map(({ name, type: inner }) => keyCode(`${self}.${name}`, inner));
    return `(${self} == nil ? "null" : "{" + ${parts.length === 0 ? '""' : parts.join(' + "," + ')} + "}")`;
  });
}
