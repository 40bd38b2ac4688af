// Files, imports and names: what a name may be wrong about.
import { defineDiagnostics } from "../define.ts";

export const names = defineDiagnostics({
  "file-not-readable": {
    severity: "error",
    message: (p: { path: string; reason: string }) => `Cannot read \`${p.path}\`: ${p.reason}.`,
    explain:
      "The file that was named, or one that it imports, cannot be read as UTF-8 text. Import paths are relative to the folder of the file that imports.",
    example: 'import { x } from "./missing.pipe"\npipeline main() {}',
  },
  "import-cycle": {
    severity: "error",
    message: (p: { path: string; cycle: string }) => `Importing \`${p.path}\` goes round in a circle: ${p.cycle}.`,
    explain: "Files may not import each other in a circle. Move what both need into a third file that both import.",
    example: 'import { main } from "./main.pipe"\npipeline main() {}',
    shownBy: "command",
  },
  "unknown-import": {
    severity: "error",
    message: (p: { name: string; path: string; near: string }) =>
      `\`${p.path}\` declares nothing called \`${p.name}\`.${p.near}`,
    explain:
      "An import names something that the other file does not declare. What a file imports itself is not passed on.",
    example: 'import { x } from "./other.pipe"\npipeline main() {}',
    shownBy: "command",
  },
  "duplicate-name": {
    severity: "error",
    message: (p: { name: string; kind: string }) => `\`${p.name}\` is already the name of ${p.kind}.`,
    explain:
      "The declarations of a file share one set of names with what it imports. Inside a task or pipeline every name is declared once, so that nothing hides anything else.",
    example: "const SIZE = 1\nconst SIZE = 2",
  },
  "unknown-name": {
    severity: "error",
    message: (p: { name: string; known: string }) => `There is nothing called \`${p.name}\` here.${p.known}`,
    explain:
      "A name is used that no parameter, `let`, constant or enum in reach declares. A `let` is known from the statement after it to the end of its block.",
    example: "pipeline main() -> { n: Int } { yield { n: cuont } }",
  },
  "unknown-task": {
    severity: "error",
    message: (p: { name: string; known: string }) =>
      `There is no task, pipeline or function called \`${p.name}\`.${p.known}`,
    explain: "A call names something that is neither declared in this file, nor imported, nor built in.",
    example: "pipeline main() { do trian() }",
  },
  "unknown-type": {
    severity: "error",
    message: (p: { name: string; known: string }) => `There is no type called \`${p.name}\`.${p.known}`,
    explain:
      "Types are `Int`, `Float`, `Bool`, `String`, `Size`, `Duration`, `File`, `Dir`, `Failure`, lists `[T]`, records `{ name: T }`, and what `type` and `enum` declare.",
    example: 'pipeline main(name: Sting = "x") { check len(name) > 0 }',
  },
  "not-a-value": {
    severity: "error",
    message: (p: { name: string; kind: string; instead: string }) =>
      `\`${p.name}\` is ${p.kind}, not a value. ${p.instead}`,
    explain:
      "Tasks and pipelines are called, types stand after `:`, secrets in `env`, resource blocks in `resources`. None of them is a value by itself.",
    example:
      'task work() -> Int { image "a/b:1" run ["work", out] }\npipeline main() -> { n: Int } { yield { n: work } }',
  },
  "not-a-type": {
    severity: "error",
    message: (p: { name: string; kind: string }) => `\`${p.name}\` is ${p.kind}, not a type.`,
    explain: "After `:` and `->` stands a type: a built-in one, or one declared with `type` or `enum`.",
    example: "const LIMIT = 3\npipeline main(n: LIMIT = 3) { check n > 0 }",
  },
  "not-callable": {
    severity: "error",
    message: (p: { name: string; kind: string; instead: string }) =>
      `\`${p.name}\` is ${p.kind} and cannot be called.${p.instead}`,
    explain:
      "Only tasks, pipelines and built-in functions are called. Functions are written before their argument: `len(xs)`, not `xs.len()`.",
    example: "pipeline main(n: Int = 3) -> { n: Int } { yield { n: n(1) } }",
  },
  "used-before-declared": {
    severity: "error",
    message: (p: { name: string }) => `\`${p.name}\` is declared further down; here it is not known yet.`,
    explain: "Statements of a block see what stands above them. Move the `let` up.",
    example: "pipeline main() -> { n: Int } {\n  let a = b\n  let b = 1\n  yield { n: a }\n}",
  },
  "recursive-type": {
    severity: "error",
    message: (p: { name: string; cycle: string }) => `The type \`${p.name}\` contains itself: ${p.cycle}.`,
    explain: "A value of such a type would have no end. Use a list of keys, or a File, to describe nested data.",
    example: "type Node = { next: Node? }\npipeline main(n: Node) { check n.next == null }",
  },
  "recursive-constant": {
    severity: "error",
    message: (p: { name: string; cycle: string }) => `The constant \`${p.name}\` is defined by itself: ${p.cycle}.`,
    explain: "Constants may refer to each other in any order, but not in a circle.",
    example: "const A = B + 1\nconst B = A + 1",
  },
  "recursive-pipeline": {
    severity: "error",
    message: (p: { name: string; cycle: string }) => `The pipeline \`${p.name}\` calls itself: ${p.cycle}.`,
    explain: "A pipeline that calls itself would have no last step. Use `map` over a list to repeat work.",
    example: "pipeline main() { do main() }",
  },
});
