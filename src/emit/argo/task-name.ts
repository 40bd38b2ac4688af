// The names of tasks, in which Argo's status of a run tells of the steps of a program.

/** Words of the language in which Argo reads `depends`: no task that another waits for can have such a name. `else` names no node. */
const WORDS = new Set([
  ...["and", "or", "not", "in", "if", "let", "true", "false", "nil"],
  ...["matches", "contains", "startsWith", "endsWith"],
]);

/** The name of the task of a node: letters, digits and dashes, a letter first. */
export function taskName(id: string): string {
  const name = argoName(id);
  return WORDS.has(name) ? `${name}-step` : name;
}

/** An identifier as Argo's names are spelled: letters, digits and dashes, a letter first. */
export function argoName(id: string): string {
  const name = id.replaceAll("_", "-").replace(/^-+|-+$/g, "");
  return name === "" ? "x" : name;
}
