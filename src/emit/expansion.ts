// Kubernetes replaces `$(NAME)` in commands, arguments and env values. Texts of the program are data: they must arrive as they are.

/** The text whose expansion by Kubernetes is `text`, whatever variables there are. */
export function withoutExpansion(text: string): string {
  // `$$` stands for `$`, also where no name follows; a single `$` before anything but `(` stays as it is.
  return text.replace(/\$+\(?/g, (found) => {
    const opens = found.endsWith("(");
    const signs = opens ? found.length - 1 : found.length;
    return signs === 1 && !opens ? found : `${"$".repeat(signs * 2)}${opens ? "(" : ""}`;
  });
}
