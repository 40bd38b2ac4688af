// Small programs around a task's statements.

export interface TaskParts {
  readonly head?: string;
  readonly before?: string;
  /** Default: an image and a command. */
  readonly base?: string;
}

/** A program whose only task has these statements. */
export function taskSource(statements: string, parts: TaskParts = {}): string {
  const { head = "t()", before = "", base = 'image "acme/tool:1"\n  run ["tool"]' } = parts;
  return `${before}\ntask ${head} {\n  ${base}\n  ${statements}\n}\n`;
}

/** A task with a command line of these items. */
export function commandSource(items: string, head = "t()", before = ""): string {
  return taskSource("", { head, before, base: `image "acme/tool:1"\n  run [${items}]` });
}
