// Whether a value can be an argument or an environment variable: one text. What may be null, is a Partial or a secret is not, and the message
// says what to write.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Fix } from "../diagnostics/diagnostic.ts";
import type { ExpressionNode } from "../syntax/ast.ts";
import { printType } from "../types/print.ts";
import type { Type } from "../types/type.ts";
import type { CheckContext } from "./context.ts";
import { addOk } from "./describe.ts";
import { textOf } from "./text-of.ts";

const diagnostic = bindDiagnostics({ ...tasks, ...types });

export interface TextSlot {
  /** As the end of "… cannot be": "an argument", "an environment variable". */
  readonly where: string;
  /** What to write in the place of a value that may be null. */
  readonly optional: (text: string) => { readonly advice: string; readonly fix?: Fix };
  /** Whether a secret is fine. */
  readonly secret: boolean;
}

/** Reports a value that has no text; true when it has one. */
export function checkTextValue(context: CheckContext, node: ExpressionNode, type: Type, slot: TextSlot): boolean {
  switch (type.kind) {
    case "error":
      return false;
    case "secret":
      if (slot.secret) return true;
      context.report(diagnostic("secret-not-here", node.span, { name: textOf(context, node) }));
      return false;
    case "null": {
      const told = { type: "`null`", where: slot.where, why: "it has no text" };
      context.report(diagnostic("not-text", node.span, told));
      return false;
    }
    case "optional": {
      const text = textOf(context, node);
      const { advice, fix } = slot.optional(text);
      const told = { type: `\`${text}\` (${printType(type)})`, where: slot.where, why: `it may be null; ${advice}` };
      context.report(diagnostic("not-text", node.span, told, { fixes: fix ? [fix] : [] }));
      return false;
    }
    case "partial": {
      const text = textOf(context, node);
      const why = "some of its items may have failed; write `.ok` for those that succeeded";
      const told = { type: `\`${text}\` (${printType(type)})`, where: slot.where, why };
      context.report(diagnostic("not-text", node.span, told, { fixes: [addOk(node.span)] }));
      return false;
    }
    default: {
      if (hasText(type)) return true;
      context.report(diagnostic("secret-not-here", node.span, { name: textOf(context, node) }));
      return false;
    }
  }
}

/** Whether a value of this type can stand in every slot, so that there is nothing to report. */
export function hasText(type: Type): boolean {
  switch (type.kind) {
    case "error":
    case "secret":
    case "null":
    case "optional":
    case "partial":
      return false;
    default:
      return !holdsSecret(type);
  }
}

function holdsSecret(type: Type): boolean {
  switch (type.kind) {
    case "secret":
      return true;
    case "list":
    case "partial":
      return holdsSecret(type.element);
    case "optional":
      return holdsSecret(type.inner);
    case "record":
      return type.fields.some((field) => holdsSecret(field.type));
    default:
      return false;
  }
}
