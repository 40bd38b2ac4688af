// Types of values: what fits where.
import { defineDiagnostics } from "../define.ts";

const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\n';

export const types = defineDiagnostics({
  "type-mismatch": {
    severity: "error",
    message: (p: { what: string; expected: string; found: string; detail: string }) =>
      `${p.what} must be ${p.expected}, but this is ${p.found}.${p.detail}`,
    explain:
      "A value of one type stands where another is wanted. Only three conversions happen by themselves: Int to Float, T to T?, and a list with a smaller bound to one with a larger.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work("three") } }`,
  },
  "maybe-null": {
    severity: "error",
    message: (p: { what: string; found: string; instead: string }) =>
      `${p.what} may be null (it is ${p.found}). ${p.instead}`,
    explain:
      "A value of type `T?` may be null and is not a `T`. Test it (`if x != null { … }`), give a default (`x ?? …`), or reach into it with `?.`.",
    example: `${WORK}pipeline main(n: Int? = null) -> { n: Int } { yield { n: work(n) } }`,
  },
  "partial-as-list": {
    severity: "error",
    message: (p: { what: string; found: string }) =>
      `${p.what} is the result of a map that tolerates failures (${p.found}), not a list. Choose \`.ok\` (what succeeded), \`.all\` (with nulls) or \`.failed\`.`,
    explain:
      "With `tolerate` some items may have no result, so the map gives a Partial, not a list. `.ok` is the list of results that exist, `.all` has null where an item failed, `.failed` says what failed and why.",
    example: `${WORK}pipeline main() -> { n: Int } {\n  let runs = map i in range(9) tolerate 1 { yield work(i) }\n  yield { n: len(runs) }\n}`,
  },
  "list-for-item": {
    severity: "error",
    message: (p: { what: string; expected: string; found: string; instead: string }) =>
      `${p.what} must be one ${p.expected}, but this is the whole list (${p.found}). ${p.instead}`,
    explain:
      "A list stands where one of its items is wanted. `map x in xs { … }` runs a task for each item; `first(xs)` and `xs[0]` take one.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work(range(3)) } }`,
  },
  "unknown-unit": {
    severity: "error",
    message: (p: { text: string; problem: string; instead: string }) => `\`${p.text}\` ${p.problem}.${p.instead}`,
    explain:
      "Sizes have the units `Ki Mi Gi Ti Pi` (powers of 1024) and `k M G T P` (powers of 1000); durations `ms s min h d`. `m` is no unit: it means milli to some and minutes to others.",
    example: "const TIMEOUT = 5m",
  },
  "number-out-of-range": {
    severity: "error",
    message: (p: { text: string; instead: string }) => `\`${p.text}\` is too large. ${p.instead}`,
    explain:
      "Int holds whole numbers up to 2^53−1 in both directions, so that every engine and every JSON reader sees the same number. Larger identifiers belong in a String.",
    example: "const ID = 9007199254740993",
  },
  "no-value": {
    severity: "error",
    message: (p: { what: string; instead: string }) => `${p.what} has no value. ${p.instead}`,
    explain:
      "A task without `-> Type` and a block without `yield` give no value. Call them with `do`, or name them with `let` to mention them in `after`.",
    example:
      'task load() { image "a/b:1" run ["load"] }\npipeline main() -> { n: Int } {\n  let loaded = load()\n  yield { n: loaded }\n}',
  },
  "unknown-field": {
    severity: "error",
    message: (p: { name: string; type: string; known: string }) => `${p.type} has no field \`${p.name}\`.${p.known}`,
    explain: "Records are closed: only the fields of their type can be read or written.",
    example: "type P = { lr: Float }\npipeline main(p: P) { check p.lrr > 0 }",
  },
  "unknown-member": {
    severity: "error",
    message: (p: { name: string; type: string; known: string }) =>
      `The enum \`${p.type}\` has no member \`${p.name}\`.${p.known}`,
    explain: "A value of an enum is one of the members that its declaration lists, written `Enum.member`.",
    example: "enum Split { train, test }\npipeline main(s: Split = Split.train) { check s == Split.tset }",
  },
  "missing-field": {
    severity: "error",
    message: (p: { names: string; type: string }) => `This record lacks ${p.names} of ${p.type}.`,
    explain: "Every field of a record type must be given, but for those that are optional (`T?`) or have a default.",
    example: "type P = { lr: Float, depth: Int }\nconst START: P = { lr: 0.1 }",
  },
  "duplicate-field": {
    severity: "error",
    message: (p: { name: string }) => `The field \`${p.name}\` is written twice.`,
    explain:
      "Each field stands once in a record. A field written after `...spread` replaces the spread one; that is no repetition.",
    example: "const P = { lr: 0.1, lr: 0.2 }",
  },
  "quoted-field": {
    severity: "error",
    message: (p: { name: string }) => `\`"${p.name}"\` is not a name, so no record can have it as a field.`,
    explain:
      "Quoted keys are for the places that take any text as a key: `devices`, `node`, and `pod` with its labels and annotations. Record fields are names.",
    example: 'const P = { "learning rate": 0.1 }',
  },
  "missing-argument": {
    severity: "error",
    message: (p: { callee: string; names: string; signature: string }) =>
      `\`${p.callee}\` also needs ${p.names}. It is declared as \`${p.signature}\`.`,
    explain: "Every parameter without a default must be given in a call, by position or by name.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work() } }`,
  },
  "unknown-argument": {
    severity: "error",
    message: (p: { callee: string; name: string; known: string }) =>
      `\`${p.callee}\` has no parameter \`${p.name}\`.${p.known}`,
    explain: "A named argument must be the name of a parameter of what is called.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work(n: 1, lr: 2) } }`,
  },
  "duplicate-argument": {
    severity: "error",
    message: (p: { callee: string; name: string }) => `\`${p.name}\` is given to \`${p.callee}\` twice.`,
    explain: "Each parameter gets one value, by position or by name, not both.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work(1, n: 2) } }`,
  },
  "too-many-arguments": {
    severity: "error",
    message: (p: { callee: string; given: number; signature: string }) =>
      `\`${p.callee}\` is given ${p.given} arguments. It is declared as \`${p.signature}\`.`,
    explain: "A call has more arguments than the task, pipeline or function has parameters.",
    example: `${WORK}pipeline main() -> { n: Int } { yield { n: work(1, 2) } }`,
  },
  "positional-after-named": {
    severity: "error",
    message: (p: { callee: string }) => `After a named argument of \`${p.callee}\`, the others must be named too.`,
    explain: "Arguments by position come first, then those by name.",
    example:
      'task work(a: Int, b: Int) -> Int { image "a/b:1" run ["work", a, b, out] }\npipeline main() -> { n: Int } { yield { n: work(a: 1, 2) } }',
  },
  "wrong-operands": {
    severity: "error",
    message: (p: { operator: string; left: string; right: string; instead: string }) =>
      `\`${p.operator}\` does not work on ${p.left} and ${p.right}. ${p.instead}`,
    explain:
      "`+ - * / %` calculate with numbers; sizes and durations add to their own kind and multiply with numbers. Texts are joined by interpolation, lists by spreading.",
    example: "const LIMIT = 16Gi + 2",
  },
  "wrong-operand": {
    severity: "error",
    message: (p: { operator: string; expected: string; found: string; instead: string }) =>
      `\`${p.operator}\` wants ${p.expected}, but this is ${p.found}.${p.instead}`,
    explain:
      "`and`, `or` and `not` join conditions (Bool); `-` negates a number. Nothing counts as true or false by itself: compare it.",
    example: "pipeline main(n: Int = 1) { check not n }",
  },
  "not-comparable": {
    severity: "error",
    message: (p: { operator: string; left: string; right: string; instead: string }) =>
      `${p.left} and ${p.right} cannot be compared with \`${p.operator}\`.${p.instead}`,
    explain:
      "`==` and `!=` compare values of one type; `<` and its kin order numbers, sizes, durations and strings; `in` looks for an item in a list.",
    example: 'pipeline main(n: Int = 1) { check n == "1" }',
  },
  "comparison-never-true": {
    severity: "warning",
    message: (p: { text: string; type: string; result: string }) =>
      `\`${p.text}\` is ${p.type} and never null: this is always ${p.result}.`,
    explain: "Only values of an optional type (`T?`) can be null. The test decides nothing and can go.",
    example: "pipeline main(n: Int = 1) { check n != null }",
  },
  "never-null": {
    severity: "error",
    message: (p: { operator: string; type: string; instead: string }) =>
      `\`${p.operator}\` is for values that may be null, but this is ${p.type}. ${p.instead}`,
    explain: "`?.` and `??` deal with null. Where a value is never null, `.` is enough and a default is never used.",
    example: "type P = { lr: Float }\npipeline main(p: P) { check p?.lr > 0 }",
  },
  "no-fields": {
    severity: "error",
    message: (p: { name: string; type: string; instead: string }) =>
      `${p.type} has no field \`${p.name}\`. ${p.instead}`,
    explain:
      "Only records have fields. For each item of a list write `[for x in xs: x.field]`; its length is `len(xs)`.",
    example: "pipeline main(xs: [Int] = [1]) { check xs.length > 0 }",
  },
  "not-indexable": {
    severity: "error",
    message: (p: { type: string; instead: string }) => `${p.type} cannot be indexed. ${p.instead}`,
    explain: "`xs[i]` takes an item of a list, counted from 0; its type is optional, since the list may be shorter.",
    example: "pipeline main(n: Int = 1) { check n[0] == 1 }",
  },
  "not-printable": {
    severity: "error",
    message: (p: { type: string; instead: string }) => `${p.type} cannot stand in a text. ${p.instead}`,
    explain:
      "`\\(x)` takes everything that has a spelling as text. A value that may be null, a secret and a Partial have none.",
    example: 'pipeline main(n: Int? = 1) { check "\\(n)" == "1" }',
  },
  "range-not-here": {
    severity: "error",
    message: (_: object) =>
      "`..` only writes amounts (`4..8` is request and limit) and delays (`30s..10min`). For a list of numbers write `range(a, b)`.",
    explain:
      "A range `lo..hi` is understood in `resources` and after `retry … after`. Lists of numbers come from `range(n)` and `range(a, b)`.",
    example: "const STEPS = 1..10",
  },
  "mixed-list": {
    severity: "error",
    message: (p: { first: string; other: string }) =>
      `The items of a list have one type; the first is ${p.first}, this one is ${p.other}.`,
    explain: "A list holds values of one type. Use a record for values of different types that belong together.",
    example: 'const XS = [1, "two"]',
  },
  "mixed-branches": {
    severity: "error",
    message: (p: { first: string; other: string }) =>
      `Both branches must yield the same type; the first yields ${p.first}, this one ${p.other}.`,
    explain: "`if` is an expression: whichever branch runs, its value has one type.",
    example:
      'pipeline main(n: Int = 1) -> { x: Int } {\n  let x = if n > 0 { yield 1 } else { yield "none" }\n  yield { x: x }\n}',
  },
  "spread-wrong": {
    severity: "error",
    message: (p: { wanted: string; found: string }) => `\`...\` here spreads ${p.wanted}, but this is ${p.found}.`,
    explain: "In a list `...xs` adds the items of another list; in a record `...r` adds the fields of another record.",
    example: "const XS = [...3]",
  },
  "secret-not-here": {
    severity: "error",
    message: (p: { name: string }) => `The secret \`${p.name}\` can only be the value of an \`env\` entry.`,
    explain:
      "Secret values never appear in arguments, texts, journals or logs. Give it to the process as an environment variable: `env { TOKEN: token }`.",
    example:
      'secret token = "hub/token"\ntask work(t: String) { image "a/b:1" run ["work", t] }\npipeline main() { do work(token) }',
  },
  "type-arguments": {
    severity: "error",
    message: (p: { name: string; instead: string }) => `\`${p.name}\` is not written like this. ${p.instead}`,
    explain:
      "Only `Partial<T>` takes a type in angle brackets. A list is `[T]`, an optional `T?`, a record `{ name: T }`.",
    example: "pipeline main(xs: List<Int>) { check len(xs) > 0 }",
  },
  "bad-bound": {
    severity: "error",
    message: (p: { text: string }) => `\`${p.text}\` is not a bound: a whole number from 0, or a constant that is one.`,
    explain:
      "`[T] max n` bounds a list. `n` is written out or is the name of an Int constant, so that it is known before the run.",
    example: 'const N = "many"\npipeline main(xs: [Int] max N = []) { check len(xs) == 0 }',
  },
  "type-too-large": {
    severity: "error",
    message: (p: { limit: string }) =>
      `This type is too large: with everything it contains it has more than ${p.limit}.`,
    explain: "Types are written out in the plan, so their size is bounded. Put data of such a shape into a File.",
    example: `${Array.from({ length: 15 }, (_, at) => `type T${at} = { a: ${at === 0 ? "Int" : `T${at - 1}`}, b: ${at === 0 ? "Int" : `T${at - 1}`} }`).join("\n")}\npipeline main(x: Int = 1) { check x > 0 }`,
  },
  "wrong-argument": {
    severity: "error",
    message: (p: { callee: string; problem: string; signature: string }) =>
      `${p.problem} \`${p.callee}\` is \`${p.signature}\`.`,
    explain:
      "A built-in function is given something it does not work on. `docs/language.md` lists them all with examples.",
    example: "const N = len(3)",
  },
  "argument-not-named": {
    severity: "error",
    message: (p: { callee: string; signature: string }) =>
      `Arguments of the built-in \`${p.callee}\` have no names: \`${p.signature}\`.`,
    explain: "Built-in functions take their arguments by position.",
    example: "const N = len(xs: [1])",
  },
});
