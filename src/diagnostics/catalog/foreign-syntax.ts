// Sentences about what other languages write and sluice writes differently.
import { defineDiagnostics } from "../define.ts";

export const foreignSyntax = defineDiagnostics({
  "dollar-interpolation": {
    severity: "warning",
    message: (p: { text: string }) => `\`${p.text}\` is plain text in sluice and inserts nothing.`,
    explain:
      "A string inserts the value of an expression with `\\(…)`. `${…}` stays in the text as it is; when that is what you want, write the dollar as `\\u{24}`, or use a text in `'''`.",
    example: 'const A = "a ${b}"',
  },
  "brace-interpolation": {
    severity: "warning",
    message: (p: { text: string }) => `\`${p.text}\` is plain text in sluice and inserts nothing.`,
    explain:
      "A string inserts the value of an expression with `\\(…)`. `{{…}}` stays in the text as it is; when that is what you want, write the first brace as `\\u{7B}`, or use a text in `'''`.",
    example: 'const A = "a {{b}}"',
  },
  "quote-style": {
    severity: "error",
    message: (p: { quote: string }) => `Strings are written in \`"\`, not in \`${p.quote}\`.`,
    explain:
      "There is one kind of quotes: `\"…\"` for a string on one line, and `'''…'''` for a text of several lines.",
    example: "const A = 'abc'",
  },
  "foreign-comment": {
    severity: "error",
    message: (p: { found: string }) => `\`${p.found}\` does not begin a comment; comments begin with \`#\`.`,
    explain:
      "A comment runs from `#` to the end of its line; `##` documents the declaration, parameter or field below it.",
    example: "// a constant\nconst A = 1",
  },
  semicolon: {
    severity: "error",
    message: () => "Statements are not ended by `;`.",
    explain:
      "The next statement begins with its own word, so no sign separates statements, and line breaks do not matter.",
    example: "const A = 1;",
  },
  "foreign-operator": {
    severity: "error",
    message: (p: { found: string; instead: string }) => `\`${p.found}\` is not an operator; write \`${p.instead}\`.`,
    explain: "The operators are `or and not == != < <= > >= in ?? .. + - * / %`. Conditions are joined by words.",
    example: "const A = true && false",
  },
  "result-arrow": {
    severity: "error",
    message: (p: { found: string }) => `The result type follows \`->\`, not \`${p.found}\`.`,
    explain: "A task or pipeline says what it gives after an arrow: `task train(lr: Float) -> { model: File }`.",
    example: "task t() => Int {\n}",
  },
  "assignment-sign": {
    severity: "error",
    message: (p: { found: string }) => `A value is given with one \`=\`, not with \`${p.found}\`.`,
    explain:
      "`let`, `const`, `type` and `secret` put one `=` between the name and its value; `==` compares two values.",
    example: "const A == 1",
  },
  "comparison-sign": {
    severity: "error",
    message: () => "`=` gives a name to a value; two values are compared with `==`.",
    explain: "Inside an expression there is no assignment. Write `a == b` to ask whether two values are equal.",
    example: "pipeline p(a: Int) {\n  check a = 1\n}",
  },
  "equals-for-colon": {
    severity: "error",
    message: (p: { name: string; where: string }) => `Write \`${p.name}: …\` with a colon: ${p.where} has no \`=\`.`,
    explain:
      "Entries of records and named arguments put a colon between name and value: `{ lr: 0.1 }`, `train(lr: 0.1)`.",
    example: "const A = { a = 1 }",
  },
  "conditional-operator": {
    severity: "error",
    message: () => "There is no `? :`; a choice is written `if c { yield a } else { yield b }`.",
    explain:
      "`if` is an expression whose branches are blocks. For a value that may be null, `x ?? y` takes `y` when `x` is null.",
    example: "const A = true ? 1 : 2",
  },
  "double-optional": {
    severity: "error",
    message: () => "One `?` makes a type optional.",
    explain: "A value is there or it is null: `T?` says that already, and a second `?` would add nothing.",
    example: "type A = Int??",
  },
  "list-type": {
    severity: "error",
    message: () => "A list type is written around its element: `[Int]`.",
    explain:
      "`[Int]` is a list of whole numbers, `[Int] max 8` one of at most eight. There is no `List[Int]` and no `Int[]`.",
    example: "type A = Int[]",
  },
  "comprehension-order": {
    severity: "error",
    message: () => "The head of a computed list comes first: `[for x in xs: …]`.",
    explain:
      "A list that is computed from another begins with `for`, and its value follows the colon: `[for x in xs where c: x.a]`.",
    example: "const A = [x for x in xs]",
  },
  "foreign-word": {
    severity: "error",
    message: (p: { word: string; instead: string }) => `\`${p.word}\` is not a word of sluice; write ${p.instead}.`,
    explain: "Other languages use this word where sluice has one of its own; the message names it.",
    example: "pipeline p() {\n  var a = 1\n}",
  },
  "foreign-literal": {
    severity: "error",
    message: (p: { word: string; instead: string }) => `\`${p.word}\` is written \`${p.instead}\`.`,
    explain: "The truth values are `true` and `false`, the missing value is `null`, all in small letters.",
    example: "const A = True",
  },
  "for-statement": {
    severity: "error",
    message: () => "There is no `for` statement: `map x in xs { … }` runs a block for each item.",
    explain:
      "`map` runs tasks for every item of a list, all at the same time. A list that is computed without tasks is written `[for x in xs: e]`.",
    example: "pipeline p(xs: [Int]) {\n  for x in xs { do f(x) }\n}",
  },
  "order-sign": {
    severity: "error",
    message: (p: { found: string }) =>
      `There is no \`${p.found}\`: a step that waits for another one says so with \`after\`.`,
    explain:
      "A step waits for the steps whose results it uses. Where it uses none, `after` names what it waits for: `let loaded = load(x)`, then `do check_it() after loaded`.",
    example: "pipeline p() {\n  let a = f()\n  do g() >> a\n}",
  },
  "map-type": {
    severity: "error",
    message: () => "There is no map type; use a list of records, such as `[{ key: String, value: Int }]`.",
    explain:
      "The fields of a record are known before the run, and a list may have any number of items. Names that are known only during the run are values like others: a list of records holds them with what belongs to them.",
    example: "type A = { options: Map<String, Int> }",
  },
  "import-braces": {
    severity: "error",
    message: (p: { braces: string }) => `The names of an import stand in braces: \`import ${p.braces} from "…"\`.`,
    explain:
      "An import lists the declarations that it takes from the other file, by name. A file as a whole cannot be imported.",
    example: 'import tasks from "./tasks.pipe"',
  },
  "map-parentheses": {
    severity: "error",
    message: () => "The head of a `map` stands without parentheses: `map x in xs { … }`.",
    explain:
      "The item's name, `in` and the list follow the word `map` directly; the clauses and the block come after them.",
    example: "pipeline p(xs: [Int]) {\n  let a = map (x in xs) { yield f(x) }\n}",
  },
  "number-without-zero": {
    severity: "error",
    message: (p: { number: string }) => `A number begins with a digit: \`0.${p.number}\`.`,
    explain: "Write `0.5` rather than `.5`: a point that nothing precedes is easily overlooked.",
    example: "const A = .5",
  },
});
