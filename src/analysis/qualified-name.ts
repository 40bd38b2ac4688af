// Names as Kubernetes wants them: `example.com/name` for labels and extended resources.

const PART = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;
const DOMAIN = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

/** Why it cannot be the key of a label; undefined when it can. */
export function findLabelProblem(name: string): string | undefined {
  const slash = name.indexOf("/");
  const prefix = slash < 0 ? undefined : name.slice(0, slash);
  const part = name.slice(slash + 1);
  if (prefix !== undefined && (!DOMAIN.test(prefix) || prefix.length > 253))
    return "before the slash stands a domain such as `example.com`";
  if (part.length > 63) return `the name has ${part.length} characters, and 63 is the most`;
  if (!PART.test(part)) return "a name has letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
  return undefined;
}

/** Why it cannot be the name of an extended resource; undefined when it can. */
export function findResourceProblem(name: string): string | undefined {
  if (!name.includes("/")) return "it has the form `vendor.com/device`";
  const domain = name.slice(0, name.indexOf("/"));
  if (domain === "kubernetes.io" || domain.endsWith(".kubernetes.io"))
    return "names of `kubernetes.io` are no extended resources";
  return findLabelProblem(name);
}
