// Puts a task's statements into a whole small program, for the examples of the catalogue.

export interface ExampleParts {
  /** Statements of the task, one a line; without `image` and `run` unless they are listed here. */
  readonly body: readonly string[];
  /** Default `t()`. */
  readonly head?: string;
  /** Default `t()`. */
  readonly call?: string;
  /** Declarations before the task, one a line. */
  readonly before?: readonly string[];
}

/** A task with these statements and a pipeline that calls it. */
export function exampleProgram(parts: ExampleParts): string {
  const { body, head = "t()", call = "t()", before = [] } = parts;
  return [
    ...before,
    ...(before.length > 0 ? [""] : []),
    `task ${head} {`,
    ...body.map((line) => `  ${line}`),
    "}",
    "",
    "pipeline main() {",
    `  do ${call}`,
    "}",
    "",
  ].join("\n");
}

/** A task that is complete but for these statements, and a pipeline that calls it. */
export function exampleStatements(...body: readonly string[]): string {
  return exampleProgram({ body: ['image "acme/tool:1"', 'run ["tool"]', ...body] });
}
