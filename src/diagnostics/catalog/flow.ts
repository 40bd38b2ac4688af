// Blocks, maps, branches, stages: how work is put in order.
import { defineDiagnostics } from "../define.ts";

const WORK = 'task work(n: Int) -> Int { image "a/b:1" run ["work", n, out] }\n';

export const flow = defineDiagnostics({
  "call-not-here": {
    severity: "error",
    message: (p: { what: string; where: string; instead: string }) => `${p.what} cannot stand ${p.where}. ${p.instead}`,
    explain:
      "Task calls, pipeline calls and maps create pods, so they stand only where a reviewer looks for them: in `let`, `do`, `yield`, `check`, arguments and the list of a `map` — not in `[for …]`, in constants, in clauses of a map or where `and`, `or`, `??` may skip them.",
    example: `${WORK}pipeline main() -> { ns: [Int] } { yield { ns: [for i in range(3): work(i)] } }`,
  },
  "map-over-non-list": {
    severity: "error",
    message: (p: { word: string; found: string; instead: string }) =>
      `\`${p.word}\` goes over a list, but this is ${p.found}.${p.instead}`,
    explain: "`map x in xs` and `[for x in xs: …]` go over the items of a list.",
    example: `${WORK}pipeline main(n: Int = 3) -> { ns: [Int] } {\n  let ns = map i in n { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "map-without-call": {
    severity: "error",
    message: (_: object) => "This `map` calls no task. To compute a list without pods write `[for x in xs: …]`.",
    explain:
      "`map` is for work that runs in pods; the pure `[for …]` computes a list. So a reviewer sees at a glance what costs pods.",
    example: "pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(3) { yield i + 1 }\n  yield { ns: ns }\n}",
  },
  "duplicate-clause": {
    severity: "error",
    message: (p: { clause: string }) => `\`${p.clause}\` is written twice.`,
    explain: "Each clause of a map stands once. Join two conditions of `where` with `and`.",
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(3) parallel 2 parallel 3 { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "clause-out-of-range": {
    severity: "error",
    message: (p: { clause: string; text: string; range: string }) =>
      `\`${p.clause} ${p.text}\` is not possible: it must be ${p.range}.`,
    explain: "`parallel` and `batch` are at least 1, `max` and `tolerate` at least 0, a percentage at most 100.",
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(3) parallel 0 { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "batch-body": {
    severity: "error",
    message: (_: object) => "`batch` puts items together into one pod, so the body must be exactly one task call.",
    explain:
      "With `batch n` the items share a pod one after the other. That works for bodies with one task call and nothing that starts other work.",
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(3) batch 2 { yield work(work(i)) }\n  yield { ns: ns }\n}`,
  },
  "list-may-be-longer": {
    severity: "warning",
    message: (p: { bound: number; most: number }) =>
      `This list may hold ${p.bound} items, but a \`map\` without \`max\` takes at most ${p.most}: a longer list fails the run.`,
    explain:
      "A map takes at most 1024 items unless `max` says otherwise, so that a list that is far too long stops the run before any pod starts. State how many you expect.",
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(2000) { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "key-not-scalar": {
    severity: "error",
    message: (p: { found: string }) => `A \`key\` is a String, an Int or an enum member, but this is ${p.found}.`,
    explain:
      'A key names an item in logs, object names and when a run is resumed. Build one from several fields with a text: `"\\(x.a)-\\(x.b)"`.',
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let ns = map i in range(3) key [i] { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "known-too-late": {
    severity: "error",
    message: (p: { slot: string; stage: string; cause: string }) =>
      `${p.slot} must be known ${p.stage}, but ${p.cause}.`,
    explain:
      "What sluice checks and prints before a run cannot depend on what only the run finds out. Constants are known when compiling, pipeline parameters when a run is submitted, task results and map items only while it runs.",
    example: `${WORK}pipeline main() -> { ns: [Int] } {\n  let n = work(1)\n  let ns = map i in range(3) parallel n { yield work(i) }\n  yield { ns: ns }\n}`,
  },
  "cannot-evaluate": {
    severity: "error",
    message: (p: { problem: string }) => p.problem[0]!.toUpperCase() + p.problem.slice(1),
    explain:
      "An expression whose value is known already fails: a division by zero, an overflow, lists of different lengths in `zip`.",
    example: "const N = 7 % 0",
  },
  "check-fails": {
    severity: "error",
    message: (p: { message: string }) => `This check can never hold: ${p.message}`,
    explain: "The condition of a `check` is known already, and it is false: every run would fail here.",
    example: 'const N = 0\npipeline main() { check N > 0, "N must be positive" }',
  },
  "missing-result": {
    severity: "error",
    message: (p: { name: string; type: string }) => `\`${p.name}\` promises ${p.type}, but its block yields nothing.`,
    explain: "A pipeline declared with `-> Type` ends with `yield`.",
    example: `${WORK}pipeline main() -> { n: Int } { do work(1) }`,
  },
  "undeclared-result": {
    severity: "error",
    message: (p: { name: string; type: string }) =>
      `\`${p.name}\` yields a value but declares no result. Write \`-> ${p.type}\` after its parameters.`,
    explain:
      "The result of a pipeline is declared after its parameters, so that callers and reviewers see it without reading the body.",
    example: `${WORK}pipeline main() { yield { n: work(1) } }`,
  },
  "yield-not-here": {
    severity: "error",
    message: (_: object) => "A `finally` block yields nothing: the run's result is that of the pipeline's own block.",
    explain: "`finally` is for what must happen at the end whatever happened. It cannot change the result.",
    example: `${WORK}pipeline main() { do work(1) } finally { yield work(2) }`,
  },
  "do-without-call": {
    severity: "error",
    message: (_: object) =>
      "`do` runs a task, a pipeline, a `map` or an `if` for its effect. This computes a value that nobody sees.",
    explain: "Name a value with `let`, or give it with `yield`. `do` is for work.",
    example: "pipeline main() { do 1 + 1 }",
  },
  "unknown-after": {
    severity: "error",
    message: (p: { name: string; known: string }) =>
      `There is no \`let\` called \`${p.name}\` above in this block.${p.known}`,
    explain:
      "`after` names `let`s that stand above in the same block. Name a task call with `let x = …` to wait for it.",
    example: `${WORK}pipeline main() {\n  do work(1) after loaded\n}`,
  },
  "called-pipeline-statement": {
    severity: "error",
    message: (p: { name: string; word: string }) =>
      `\`${p.name}\` has \`${p.word}\`, which belongs to the pipeline that is run, so it cannot be called.`,
    explain:
      "`finally` and `timeout` of a pipeline hold for a whole run. Move the body into a pipeline without them and call that one from both places.",
    example: `${WORK}pipeline inner() { do work(1) } finally { do work(2) }\npipeline main() { do inner() }`,
  },
  "path-not-found": {
    severity: "error",
    message: (p: { path: string; kind: string }) => `There is no ${p.kind} at \`${p.path}\`.`,
    explain:
      '`file("…")` and `dir("…")` name what exists already: a path relative to the `.pipe` file, or a URI such as `s3://bucket/key`.',
    example: 'const DATA = file("no/such/file.csv")',
    shownBy: "command",
  },
  "shadowed-name": {
    severity: "error",
    message: (p: { name: string; kind: string }) => `\`${p.name}\` is already ${p.kind} here.`,
    explain:
      "Inside a task or pipeline every name means one thing, so that nobody has to look which one is nearer. Choose another name.",
    example: "pipeline main(n: Int = 1) {\n  let n = 2\n  check n > 1\n}",
  },
});
