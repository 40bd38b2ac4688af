// Random types of the language with values of them, for properties.
import fc from "fast-check";
import { BOOL, DIR, DURATION, FAILURE, FILE, FLOAT, INT, SIZE, STRING, type Type } from "../../src/types/type.ts";
import { makeRecord, type Value } from "../../src/types/value.ts";

const wholes = fc.maxSafeInteger();
const texts = fc.string({ unit: "binary", maxLength: 8 });
const names = fc.oneof(
  fc.constantFrom("a", "b", "lr", "__proto__", "constructor", "toString", "_1"),
  fc.stringMatching(/^[A-Za-z_]\w{0,5}$/),
);

const scalars: fc.Arbitrary<Type> = fc.oneof(
  fc.constantFrom(INT, FLOAT, BOOL, STRING, SIZE, DURATION, FILE, DIR, FAILURE),
  fc
    .uniqueArray(names, { minLength: 1, maxLength: 4 })
    .map((members): Type => ({ kind: "enum", name: "Split", members })),
);

/** Types that data can have, nested a few levels deep. */
export const dataTypes: fc.Arbitrary<Type> = fc.letrec<{ type: Type }>((tie) => ({
  type: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalars,
    tie("type").map((element): Type => ({ kind: "list", element })),
    tie("type").map((inner): Type => (inner.kind === "optional" ? inner : { kind: "optional", inner })),
    fc
      .uniqueArray(fc.record({ name: names, type: tie("type") }), { maxLength: 4, selector: (field) => field.name })
      .map((fields): Type => ({ kind: "record", fields })),
    tie("type").map((element): Type => ({ kind: "partial", element })),
  ),
})).type;

/** Values of a type, in the form they have inside. */
export function valuesOf(type: Type): fc.Arbitrary<Value> {
  switch (type.kind) {
    case "int":
    case "size":
    case "duration":
      return wholes;
    case "float":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "bool":
      return fc.boolean();
    case "string":
      return texts;
    case "file":
    case "dir":
      return texts.filter((text) => text !== "" && !text.includes("\0"));
    case "enum":
      return fc.constantFrom(...type.members);
    case "list":
      return fc.array(valuesOf(type.element), { maxLength: 4 });
    case "optional":
      return fc.option(valuesOf(type.inner), { nil: null });
    case "record":
      return fc
        .tuple(...type.fields.map((field) => valuesOf(field.type).map((value) => [field.name, value] as const)))
        .map(makeRecord);
    case "partial":
      return fc
        .tuple(fc.array(valuesOf(type.element), { maxLength: 2 }), fc.array(valuesOf(FAILURE), { maxLength: 2 }))
        .map(([ok, failed]) =>
          makeRecord([
            ["ok", ok],
            ["failed", failed],
            ["all", [...ok, null]],
          ]),
        );
    default:
      return fc.constant(null);
  }
}

/** A type with a value of it. */
export const typedValues: fc.Arbitrary<{ type: Type; value: Value }> = dataTypes.chain((type) =>
  valuesOf(type).map((value) => ({ type, value })),
);
