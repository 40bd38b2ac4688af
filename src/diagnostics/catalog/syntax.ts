// Sentences about the text itself: characters, strings, brackets, words in the wrong place. Facts come from `grammar/`.
import { defineDiagnostics } from "../define.ts";
import { foreignSyntax } from "./foreign-syntax.ts";

const TASK_HEAD = 'task t() {\n  image "i"\n';

const syntax = defineDiagnostics({
  "unexpected-character": {
    severity: "error",
    message: (p: { character: string }) => `\`${p.character}\` has no meaning here.`,
    explain:
      "The character does not occur in sluice outside strings and comments. It was often pasted from a web page or belongs to another language. Remove it, or put the text in quotes.",
    example: "const A = 1 @",
  },
  "control-character": {
    severity: "error",
    message: (p: { character: string }) => `The invisible character ${p.character} is not allowed in a source text.`,
    explain:
      "Control characters and characters that change the direction of writing are invisible and can make a text look different from what it does. Inside a string, write the character as an escape such as `\\u{7}`.",
    example: 'const A = "a\u0007b"',
  },
  "invalid-name": {
    severity: "error",
    message: (p: { name: string }) =>
      `\`${p.name}\` is not a name: names consist of the letters A-Z and a-z, digits and \`_\`.`,
    explain:
      "Names become names of files, environment variables and cluster objects, so only plain letters, digits and `_` may occur in them. Any other text may stand in strings and comments.",
    example: "const größe = 1",
  },
  "unterminated-string": {
    severity: "error",
    message: () => 'This string has no closing `"` on its line.',
    explain:
      "A string ends on the line on which it begins. Close it with `\"`, write a line break as `\\n`, or use a text in `'''`, which may span lines.",
    example: 'const A = "abc',
  },
  "unterminated-interpolation": {
    severity: "error",
    message: () => "This `\\(` has no closing `)` on its line.",
    explain:
      "The expression of an interpolation `\\(…)` stands on the line of its string. Close it with `)`, and give a long expression a name with `let` first.",
    example: 'const A = "abc \\(1',
  },
  "unterminated-raw-text": {
    severity: "error",
    message: () => "This text has no closing `'''`.",
    explain:
      "A text that begins with `'''` ends at the next `'''`, which may be many lines below. Here the file ends first.",
    example: "const A = '''abc",
  },
  "unknown-escape": {
    severity: "error",
    message: (p: { escape: string }) => `\`${p.escape}\` is not an escape.`,
    explain:
      "In a string the escapes are `\\n`, `\\t`, `\\r`, `\\\"`, `\\\\`, `\\u{1F600}` and the interpolation `\\(…)`. A backslash itself is written `\\\\`; a text in `'''` has no escapes at all.",
    example: 'const A = "a\\d"',
  },
  "invalid-unicode-escape": {
    severity: "error",
    message: (p: { escape: string }) => `\`${p.escape}\` does not name a character.`,
    explain:
      "A character is named by one to six hexadecimal digits in braces, as in `\\u{1F600}`: at most 10FFFF, and not one of D800 to DFFF, which are halves of characters.",
    example: 'const A = "\\u{110000}"',
  },
  "text-must-be-plain": {
    severity: "error",
    message: (p: { where: string }) => `\`\\(…)\` is not allowed here: ${p.where} is a plain string.`,
    explain:
      "Paths of imports, secrets, schedules, interpreters and record keys are read before any value is known, so nothing can be inserted into them.",
    example: 'secret token = "a/\\(1)"',
  },
  "unexpected-token": {
    severity: "error",
    message: (p: { found: string; expected: string }) => `Expected ${p.expected}, found ${p.found}.`,
    explain:
      "The text does not follow the grammar at the marked place. The message says what could stand there; the mistake may also lie a little before it.",
    example: "const A 1",
  },
  "reserved-word": {
    severity: "error",
    message: (p: { word: string }) => `\`${p.word}\` is a reserved word and cannot be a name.`,
    explain:
      "The words `let do yield check if else map for in and or not null true false` always have their meaning. They may be names of fields, but not of values, types, tasks or parameters.",
    example: "const map = 1",
  },
  "missing-name": {
    severity: "error",
    message: (p: { what: string; found: string }) => `A name is missing: ${p.what} needs one here, found ${p.found}.`,
    explain: "A declaration is known by its name, which follows its first word: `task train(…)`, `const IMAGE = …`.",
    example: "task () {\n}",
  },
  "missing-type": {
    severity: "error",
    message: (p: { name: string; kind: string }) => `The ${p.kind} \`${p.name}\` has no type.`,
    explain: "Parameters and fields say their type after a colon: `epochs: Int`, `model: File?`.",
    example: "task t(a) {\n}",
  },
  "missing-colon": {
    severity: "error",
    message: (p: { name: string }) => `There must be a \`:\` between \`${p.name}\` and its type.`,
    explain: "The name comes first, then a colon, then the type: `epochs: Int`.",
    example: "task t(a Int) {\n}",
  },
  "missing-comma": {
    severity: "error",
    message: (p: { what: string }) => `There must be a \`,\` between two ${p.what}.`,
    explain:
      "Items, entries, fields, arguments and parameters are separated by commas. A comma after the last one is allowed.",
    example: "const A = [1 2]",
  },
  "extra-comma": {
    severity: "error",
    message: () => "There is one `,` too many.",
    explain: "Between two items stands one comma; one more may stand after the last.",
    example: "const A = [1,, 2]",
  },
  "statement-sign": {
    severity: "error",
    message: (p: { word: string; sign: string }) =>
      `\`${p.word}\` is followed directly by its value, without \`${p.sign}\`.`,
    explain: 'The lines of a task begin with a word, and the value follows it: `image "…"`, `resources { cpu: 1 }`.',
    example: 'task t() {\n  image: "i"\n}',
  },
  "missing-closer": {
    severity: "error",
    message: (p: { opener: string; closer: string }) => `This \`${p.opener}\` has no matching \`${p.closer}\`.`,
    explain:
      "Every `(`, `[` and `{` is closed by its counterpart. The second place shows where the missing one was noticed; it is usually missing before that.",
    example: "const A = [1, 2\nconst B = 1",
  },
  "unmatched-closer": {
    severity: "error",
    message: (p: { closer: string }) => `This \`${p.closer}\` closes nothing.`,
    explain:
      "There is no open bracket that this one could close. Remove it, or add the bracket that was meant to open.",
    example: "const A = 1\n}",
  },
  "unknown-declaration": {
    severity: "error",
    message: (p: { word: string; known: string }) =>
      `${p.word} does not begin a declaration; a file consists of ${p.known}.`,
    explain: "At the top of a file each part begins with the word that says what it declares.",
    example: "tsk t() {\n}",
  },
  "unknown-task-statement": {
    severity: "error",
    message: (p: { word: string; known: string }) =>
      `${p.word} does not begin a statement of a task; there are ${p.known}.`,
    explain:
      "Each line of a task begins with the word that says what it sets: its image, its command, its resources and so on.",
    example: 'task t() {\n  imgae "i"\n}',
  },
  "unknown-statement": {
    severity: "error",
    message: (p: { found: string }) =>
      `${p.found} does not begin a statement; there are \`let\`, \`do\`, \`check\` and \`yield\`.`,
    explain: "A block consists of `let name = …`, `do …` and `check …`, and may end with `yield …`.",
    example: "pipeline p() {\n  )\n}",
  },
  "part-in-block": {
    severity: "error",
    message: (p: { part: "schedule" | "timeout" | "finally" }) =>
      p.part === "finally"
        ? "`finally` stands behind the block of the pipeline: `pipeline p() { … } finally { … }`."
        : `\`${p.part}\` stands before the block of the pipeline: \`pipeline p() ${p.part === "schedule" ? 'schedule "0 3 * * *"' : "timeout 2h"} { … }\`.`,
    explain:
      'When a pipeline runs and how long it may take stand before its block, what runs at its end behind it: `pipeline p() schedule "0 3 * * *" timeout 2h { … } finally { … }`.',
    example: 'pipeline p() {\n  schedule "0 3 * * *"\n  let a = 1\n}',
  },
  "missing-let": {
    severity: "error",
    message: (p: { name: string }) => `A value gets its name with \`let\`: \`let ${p.name} = …\`.`,
    explain: "Inside a block every name is introduced by `let`, and keeps its value: there is no second assignment.",
    example: "pipeline p() {\n  a = 1\n}",
  },
  "missing-do": {
    severity: "error",
    message: () => "An expression cannot stand alone: `do` runs it for its effect, `let` names its value.",
    explain: "Write `do load(x)` to call a task for its effect, or `let loaded = load(x)` to use its result.",
    example: "pipeline p() {\n  f()\n  check true\n}",
  },
  "missing-yield": {
    severity: "error",
    message: () => "A block gives its value with `yield`.",
    explain:
      "The last line of a block that has a value is `yield …`; this holds for pipelines, `map` and the branches of `if`.",
    example: "pipeline p() -> Int {\n  1\n}",
  },
  "yield-not-last": {
    severity: "error",
    message: () => "`yield` must be the last line of its block.",
    explain: "`yield` gives the block its value, so nothing can follow it, and there is at most one in a block.",
    example: "pipeline p() -> Int {\n  yield 1\n  check true\n}",
  },
  "misplaced-clause": {
    severity: "error",
    message: (p: { clause: string }) => `\`${p.clause}\` belongs between the list of a \`map\` and its block.`,
    explain: "The clauses of a map stand after its list and before its block: `map x in xs key x.id parallel 8 { … }`.",
    example: "pipeline p(xs: [Int]) {\n  let a = map x in xs { yield f(x) } parallel 8\n}",
  },
  "unknown-clause": {
    severity: "error",
    message: (p: { word: string; known: string }) => `\`${p.word}\` is not a clause of \`map\`; there are ${p.known}.`,
    explain:
      "Between the list of a `map` and its block stand its clauses, each a word and its value: `map x in xs key x.id parallel 8 { … }`.",
    example: "pipeline p(xs: [Int]) {\n  do map x in xs concurrency 8 { do f(x) }\n}",
  },
  "after-not-a-name": {
    severity: "error",
    message: (p: { found: string }) => `\`after\` takes the names of \`let\`s; \`${p.found}\` is not one.`,
    explain:
      "`after` waits for statements of the same block, which have their names from `let`: `let loaded = load(x)`, then `do report() after loaded`. Several names are separated by commas.",
    example: 'pipeline p() {\n  do f() after g("a")\n}',
  },
  "missing-block": {
    severity: "error",
    message: (p: { construct: string; found: string }) =>
      `Expected the block of \`${p.construct}\` in \`{ … }\`, found ${p.found}.`,
    explain:
      "Both branches of an `if` and the body of a `map` are blocks in braces whose value follows `yield`: `if c { yield a } else { yield b }`.",
    example: "pipeline p(c: Bool) {\n  let a = if c yield 1\n}",
  },
  "chained-comparison": {
    severity: "error",
    message: () => "Comparisons cannot be chained; join two of them with `and`.",
    explain: "`a < b < c` would compare the result of `a < b` with `c`. Write `a < b and b < c`.",
    example: "const A = 1 < 2 < 3",
  },
  "chained-range": {
    severity: "error",
    message: () => "A range has two ends: `a..b`.",
    explain: "`a..b` goes from a request to a limit, or from the shortest to the longest wait; there is no third part.",
    example: "const A = 1..2..3",
  },
  "not-needs-parentheses": {
    severity: "error",
    message: () => "`not` binds weaker than the operator before it: put it in parentheses.",
    explain: "`not` applies to a whole comparison, so `a == not b` cannot be read. Write `a == (not b)`.",
    example: "const A = true == not false",
  },
  "percent-outside-tolerate": {
    severity: "error",
    message: (p: { number: string }) => `The percentage \`${p.number}%\` can only stand after \`tolerate\`.`,
    explain:
      "A number directly followed by `%` is a percentage, which only `tolerate` takes. For the remainder of a division put blanks around `%`; for a share write a fraction such as `0.01`.",
    example: "const A = 50%",
  },
  "argument-name": {
    severity: "error",
    message: () => "Only a bare name can stand before the `:` of an argument.",
    explain: "An argument is a value, or the name of a parameter, a colon and a value: `train(exp: e, epochs: 10)`.",
    example: "const A = f(1: 2)",
  },
  "missing-value": {
    severity: "error",
    message: (p: { name: string }) => `The entry \`${p.name}\` has no value.`,
    explain:
      "Only a bare name that is not reserved can stand for both the name and the value of an entry, as in `{ lr }`.",
    example: 'const A = { "a" }',
  },
  "too-deep": {
    severity: "error",
    message: (p: { limit: number }) => `This is nested more than ${p.limit} levels deep.`,
    explain:
      "Expressions, blocks and types may be nested in each other up to a limit. Give a part of it a name with `let`, `const` or `type`.",
    example: `const A = ${"(".repeat(120)}1${")".repeat(120)}`,
  },
  "missing-cause": {
    severity: "error",
    message: (p: { found: string }) =>
      `\`retry\` is followed by a cause and a count, as in \`retry oom 2\`; found ${p.found}.`,
    explain:
      "A retry line says for which cause an attempt is repeated, and how often: `oom`, `evicted`, `timeout`, `start`, `output`, `disk`, `any` or `exit(…)`.",
    example: `${TASK_HEAD}  retry 3\n}`,
  },
});

/** All sentences about syntax, by code. */
export const syntaxDiagnostics = { ...syntax, ...foreignSyntax };
