// Where the children of each kind of node are, in the order of the text. All walking goes through this table; a new
// kind without an entry does not compile.
import type { NodeOfKind, SyntaxNode } from "./ast.ts";

type Kind = SyntaxNode["kind"];

/** The properties of a node that hold nodes or lists of nodes. */
type ChildName<N> = {
  [P in keyof N]-?: NonNullable<N[P]> extends SyntaxNode | readonly SyntaxNode[] ? P : never;
}[keyof N];

type ChildTable = { readonly [K in Kind]: readonly ChildName<NodeOfKind<K>>[] };

/** The names of the child properties by kind, in the order in which they stand in the text. */
export const childNames: ChildTable = {
  Name: [],
  File: ["declarations"],
  Import: ["names", "from"],
  Const: ["name", "type", "value"],
  TypeDeclaration: ["name", "type"],
  Enum: ["name", "members"],
  Secret: ["name", "value"],
  ResourcesDeclaration: ["name", "value"],
  Task: ["name", "parameters", "result", "statements"],
  Pipeline: ["name", "parameters", "result", "schedule", "timeout", "body", "finally"],
  Schedule: ["cron", "zone"],
  Parameter: ["name", "type", "default"],
  ErrorDeclaration: [],
  Image: ["value"],
  Command: ["value"],
  Script: ["interpreter", "text"],
  Env: ["value"],
  Resources: ["value"],
  Pod: ["value"],
  Timeout: ["value"],
  Cache: ["value"],
  Retry: ["cause", "codes", "count", "after", "overrides"],
  ErrorTaskStatement: [],
  NamedType: ["name", "argument"],
  ListType: ["element", "max"],
  RecordType: ["fields"],
  Field: ["name", "type", "default"],
  OptionalType: ["inner"],
  ErrorType: [],
  Block: ["statements", "yield"],
  Let: ["name", "type", "value", "after"],
  Do: ["value", "after"],
  Check: ["test", "message"],
  ErrorStatement: [],
  Int: [],
  Float: [],
  Quantity: [],
  Percent: [],
  String: ["parts"],
  StringText: [],
  Raw: [],
  Bool: [],
  Null: [],
  NameExpression: [],
  Parentheses: ["value"],
  Record: ["entries"],
  Entry: ["name", "value"],
  Spread: ["value"],
  List: ["items"],
  For: ["item", "index", "source", "where", "by", "take", "value"],
  If: ["test", "then", "else"],
  Map: ["item", "index", "source", "clauses", "body"],
  MapClause: ["value"],
  Binary: ["left", "right"],
  Unary: ["value"],
  Member: ["value", "name"],
  Index: ["value", "index"],
  Call: ["callee", "arguments"],
  Argument: ["name", "value"],
  ErrorExpression: [],
};

/** Calls `visit` with each direct child, in the order of the text. */
export function forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void {
  const properties = node as unknown as Readonly<Record<string, SyntaxNode | readonly SyntaxNode[] | undefined>>;
  for (const name of childNames[node.kind] as readonly string[]) {
    const child = properties[name];
    if (child === undefined) continue;
    if (isList(child)) for (const item of child) visit(item);
    else visit(child);
  }
}

// `Array.isArray` does not narrow readonly arrays.
function isList(child: SyntaxNode | readonly SyntaxNode[]): child is readonly SyntaxNode[] {
  return Array.isArray(child);
}

/** Calls `visit` with a node and everything in it, parents first; a subtree is left out when `visit` returns false. */
export function walk(root: SyntaxNode, visit: (node: SyntaxNode) => unknown): void {
  const open: SyntaxNode[] = [root];
  const children: SyntaxNode[] = [];
  const add = (child: SyntaxNode): void => {
    children.push(child);
  };
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (visit(node) === false) continue;
    forEachChild(node, add);
    for (let child = children.pop(); child !== undefined; child = children.pop()) open.push(child);
  }
}
