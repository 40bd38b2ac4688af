// What a kubelet does with `$(NAME)` in commands, arguments and variables: written after k8s.io/kubernetes/third_party/forked/golang/expansion.

/** The text after expansion; references to names that are not there stay. */
export function expand(text: string, values: Readonly<Record<string, string>>): string {
  let expanded = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== "$" || at + 1 >= text.length) {
      expanded += text[at];
      continue;
    }
    const next = text[at + 1]!;
    if (next === "$") expanded += "$";
    else if (next === "(") {
      const end = text.indexOf(")", at + 2);
      if (end < 0) {
        // An operator without an end is written as it is.
        expanded += "$(";
      } else {
        const name = text.slice(at + 2, end);
        expanded += Object.hasOwn(values, name) ? values[name] : `$(${name})`;
        at = end;
        continue;
      }
    } else expanded += `$${next}`;
    at++;
  }
  return expanded;
}
