// Checks `image`: known when compiling, the name of an image as registries read it, and naming one image rather than the latest.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import type { ExpressionNode, ImageNode } from "../syntax/ast.ts";
import { STRING } from "../types/type.ts";
import { readImageName } from "../util/image-name.ts";
import type { CheckContext, Scope } from "./context.ts";
import { foldConstant } from "./fold.ts";
import { requireStage } from "./stage.ts";

const diagnostic = bindDiagnostics(tasks);

/** Checks an `image` statement. */
export function checkImage(context: CheckContext, node: ImageNode, scope: Scope): void {
  const type = context.check(context, node.value, scope, STRING, "`image`");
  if (type.kind === "error" || !requireStage(context, node.value, "compile", "`image`")) return;
  const image = foldConstant(context, node.value);
  if (typeof image !== "string") return;
  const read = readImageName(image);
  if (!read.ok) {
    const fix = read.instead === undefined ? undefined : literalFix(node.value, read.instead);
    context.report(
      diagnostic("bad-image", node.value.span, { image, problem: read.problem }, { fixes: fix ? [fix] : [] }),
    );
  } else if (read.digest === undefined && (read.tag === undefined || read.tag === "latest")) {
    context.report(diagnostic("unpinned-image", node.value.span, { image, tag: read.tag }));
  }
}

/** Only where the name stands in the statement itself: elsewhere an edit would hit other uses. */
function literalFix(node: ExpressionNode, text: string): Fix | undefined {
  return node.kind === "String"
    ? { title: `Change to \`"${text}"\``, edits: [{ span: node.span, text: `"${text}"` }] }
    : undefined;
}
