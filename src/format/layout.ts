// How each declaration is laid out, and each line of a task.
import type {
  DeclarationNode,
  NameNode,
  ParameterNode,
  PipelineNode,
  TaskStatementNode,
  TypeNode,
} from "../syntax/ast.ts";
import type { AttachedComments } from "../syntax/comments.ts";
import { assertNever } from "../util/assert-never.ts";
import type { Context } from "./context.ts";
import { concat, concatAll, type Doc, hardLine, indent } from "./doc.ts";
import { layoutBlock, layoutBody, layoutClauseOf, layoutControl } from "./layout-block.ts";
import { layoutExpression, layoutField, layoutRecord, layoutType, sourceOf } from "./layout-expression.ts";
import { layoutList } from "./layout-list.ts";

/** Lays out a declaration without the comments above and behind it. */
export function layoutDeclaration(node: DeclarationNode, source: { text: string; comments: AttachedComments }): Doc {
  const context: Context = { ...source, layoutControl };
  switch (node.kind) {
    case "Import":
      return concat("import ", layoutNames(node.names, context), " from ", sourceOf(node.from, context));
    case "Const": {
      const type = node.type && concat(": ", layoutType(node.type, context));
      return concat("const ", node.name.text, type, " = ", layoutExpression(node.value, context));
    }
    case "TypeDeclaration":
      return concat("type ", node.name.text, " = ", layoutType(node.type, context));
    case "Enum":
      return concat("enum ", node.name.text, " ", layoutNames(node.members, context));
    case "Secret":
      return concat("secret ", node.name.text, " = ", sourceOf(node.value, context));
    case "ResourcesDeclaration":
      return concat("resources ", node.name.text, " ", layoutRecord(node.value, context));
    case "Task": {
      const lines = node.statements.map((line) => ({ node: line, doc: layoutTaskStatement(line, context) }));
      return concat("task ", layoutHead(node, context), " ", layoutBody(lines, node.statements, context));
    }
    case "Pipeline":
      return layoutPipeline(node, context);
    case "ErrorDeclaration":
      return sourceOf(node, context);
    default:
      return assertNever(node);
  }
}

function layoutNames(names: readonly NameNode[], context: Context): Doc {
  return layoutList({ items: names, open: "{", close: "}", isSpaced: true, layout: ({ text }) => text }, context);
}

interface Head {
  readonly name: NameNode;
  readonly parameters: readonly ParameterNode[];
  readonly result?: TypeNode;
}

function layoutHead({ name, parameters, result }: Head, context: Context): Doc {
  const layout = (parameter: ParameterNode) => layoutField(parameter, context);
  const list = layoutList({ items: parameters, open: "(", close: ")", layout }, context);
  return concat(name.text, list, result && concat(" -> ", layoutType(result, context)));
}

function layoutPipeline(node: PipelineNode, context: Context): Doc {
  const zone = node.schedule?.zone && ` in ${sourceOf(node.schedule.zone, context)}`;
  const schedule = node.schedule && concat(hardLine, `schedule ${sourceOf(node.schedule.cron, context)}`, zone);
  const timeout = node.timeout && concat(hardLine, "timeout ", layoutExpression(node.timeout, context));
  const hasClauses = schedule !== undefined || timeout !== undefined;
  return concat(
    "pipeline ",
    layoutHead(node, context),
    hasClauses ? concat(indent(concat(schedule, timeout)), hardLine) : " ",
    layoutBlock(node.body, context),
    node.finally && concat(" finally ", layoutBlock(node.finally, context)),
  );
}

function layoutTaskStatement(node: TaskStatementNode, context: Context): Doc {
  switch (node.kind) {
    case "Image":
      return concat("image ", layoutExpression(node.value, context));
    case "Command":
      return concat(`${node.form} `, layoutExpression(node.value, context));
    case "Script":
      return concat("script ", sourceOf(node.interpreter, context), " ", layoutExpression(node.text, context));
    case "Env":
      return concat("env ", layoutRecord(node.value, context));
    case "Resources":
      return concat("resources ", node.value.kind === "Name" ? node.value.text : layoutRecord(node.value, context));
    case "Pod":
      return concat("pod ", layoutRecord(node.value, context));
    case "Timeout":
      return concat("timeout ", layoutExpression(node.value, context));
    case "Cache":
      return concat("cache ", layoutExpression(node.value, context));
    case "Retry": {
      const codes = node.codes.flatMap((code, index) => [index === 0 ? "(" : ", ", layoutExpression(code, context)]);
      const count = concat(" ", layoutExpression(node.count, context));
      const overrides = node.overrides && concat(" ", layoutRecord(node.overrides, context));
      const after = layoutClauseOf("after", node.after, context);
      const end = codes.length > 0 ? ")" : undefined;
      return concatAll(["retry ", node.cause.text, ...codes, end, count, after, overrides]);
    }
    case "ErrorTaskStatement":
      return sourceOf(node, context);
    default:
      return assertNever(node);
  }
}
