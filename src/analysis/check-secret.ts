// Checks what a secret names: `"object/key"`, a key of a Secret in the cluster.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { SecretNode } from "../syntax/ast.ts";
import type { CheckContext } from "./context.ts";
import { plainText } from "./plain-text.ts";

const diagnostic = bindDiagnostics(tasks);

const OBJECT = /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/;
const KEY = /^[A-Za-z0-9._-]+$/;
/** Characters that Kubernetes allows in either. */
const LONGEST = 253;

/** Reports the text of a declaration that names no key. Where a secret is used often, the same is said each time. */
export function checkSecret(context: Pick<CheckContext, "report">, node: SecretNode): void {
  const text = plainText(node.value);
  if (text === undefined) return;
  const problem = findProblem(text);
  if (problem !== undefined) context.report(diagnostic("bad-secret", node.value.span, { text, problem }));
}

function findProblem(text: string): string | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return "there is no `/` between the Secret and its key";
  const object = text.slice(0, slash);
  const key = text.slice(slash + 1);
  if (!OBJECT.test(object) || object.length > LONGEST)
    return `\`${object}\` is not the name of a Secret (small letters, digits, \`-\` and \`.\`)`;
  if (!KEY.test(key) || key.length > LONGEST)
    return `\`${key}\` is not a key of a Secret (letters, digits, \`-\`, \`_\` and \`.\`)`;
  return undefined;
}
