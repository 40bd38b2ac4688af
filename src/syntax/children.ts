// Where the children of each kind of node are, in the order of the text. All walking goes through this table; a new
// kind without an entry does not compile.
import type { NodeOfKind, SyntaxNode } from "./ast.ts";

type Kind = SyntaxNode["kind"];
type Visit = (child: SyntaxNode) => void;

// Functions rather than the names of properties: a large tree is walked several times, and reading a property by a name
// that differs from node to node is slow.
type ChildTable = { readonly [K in Kind]: ((node: NodeOfKind<K>, visit: Visit) => void) | undefined };

/** Hands the children of a node to `visit`, by kind; absent for the leaves. */
const children: ChildTable = {
  Name: undefined,
  File: (node, visit) => each(node.declarations, visit),
  Import: (node, visit) => {
    each(node.names, visit);
    visit(node.from);
  },
  Const: (node, visit) => {
    visit(node.name);
    maybe(node.type, visit);
    visit(node.value);
  },
  TypeDeclaration: (node, visit) => {
    visit(node.name);
    visit(node.type);
  },
  Enum: (node, visit) => {
    visit(node.name);
    each(node.members, visit);
  },
  Secret: (node, visit) => {
    visit(node.name);
    visit(node.value);
  },
  ResourcesDeclaration: (node, visit) => {
    visit(node.name);
    visit(node.value);
  },
  Task: (node, visit) => {
    visit(node.name);
    each(node.parameters, visit);
    maybe(node.result, visit);
    each(node.statements, visit);
  },
  Pipeline: (node, visit) => {
    visit(node.name);
    each(node.parameters, visit);
    maybe(node.result, visit);
    maybe(node.schedule, visit);
    maybe(node.timeout, visit);
    visit(node.body);
    maybe(node.finally, visit);
  },
  Schedule: (node, visit) => {
    visit(node.cron);
    maybe(node.zone, visit);
  },
  Parameter: (node, visit) => {
    visit(node.name);
    visit(node.type);
    maybe(node.default, visit);
  },
  ErrorDeclaration: undefined,
  Image: (node, visit) => visit(node.value),
  Command: (node, visit) => visit(node.value),
  Script: (node, visit) => {
    visit(node.interpreter);
    visit(node.text);
  },
  Env: (node, visit) => visit(node.value),
  Resources: (node, visit) => visit(node.value),
  Pod: (node, visit) => visit(node.value),
  Timeout: (node, visit) => visit(node.value),
  Cache: (node, visit) => visit(node.value),
  Retry: (node, visit) => {
    visit(node.cause);
    each(node.codes, visit);
    visit(node.count);
    maybe(node.after, visit);
    maybe(node.overrides, visit);
  },
  ErrorTaskStatement: undefined,
  NamedType: (node, visit) => {
    visit(node.name);
    maybe(node.argument, visit);
  },
  ListType: (node, visit) => {
    visit(node.element);
    maybe(node.max, visit);
  },
  RecordType: (node, visit) => each(node.fields, visit),
  Field: (node, visit) => {
    visit(node.name);
    visit(node.type);
    maybe(node.default, visit);
  },
  OptionalType: (node, visit) => visit(node.inner),
  ErrorType: undefined,
  Block: (node, visit) => {
    each(node.statements, visit);
    maybe(node.yield, visit);
  },
  Let: (node, visit) => {
    visit(node.name);
    maybe(node.type, visit);
    visit(node.value);
    each(node.after, visit);
  },
  Do: (node, visit) => {
    visit(node.value);
    each(node.after, visit);
  },
  Check: (node, visit) => {
    visit(node.test);
    maybe(node.message, visit);
  },
  ErrorStatement: undefined,
  Int: undefined,
  Float: undefined,
  Quantity: undefined,
  Percent: undefined,
  String: (node, visit) => each(node.parts, visit),
  StringText: undefined,
  Raw: undefined,
  Bool: undefined,
  Null: undefined,
  NameExpression: undefined,
  Parentheses: (node, visit) => visit(node.value),
  Record: (node, visit) => each(node.entries, visit),
  Entry: (node, visit) => {
    visit(node.name);
    maybe(node.value, visit);
  },
  Spread: (node, visit) => visit(node.value),
  List: (node, visit) => each(node.items, visit),
  For: (node, visit) => {
    visit(node.item);
    maybe(node.index, visit);
    visit(node.source);
    maybe(node.where, visit);
    maybe(node.by, visit);
    maybe(node.take, visit);
    visit(node.value);
  },
  If: (node, visit) => {
    visit(node.test);
    visit(node.then);
    maybe(node.else, visit);
  },
  Map: (node, visit) => {
    visit(node.item);
    maybe(node.index, visit);
    visit(node.source);
    each(node.clauses, visit);
    visit(node.body);
  },
  MapClause: (node, visit) => visit(node.value),
  Binary: (node, visit) => {
    visit(node.left);
    visit(node.right);
  },
  Unary: (node, visit) => visit(node.value),
  Member: (node, visit) => {
    visit(node.value);
    visit(node.name);
  },
  Index: (node, visit) => {
    visit(node.value);
    visit(node.index);
  },
  Call: (node, visit) => {
    visit(node.callee);
    each(node.arguments, visit);
  },
  Argument: (node, visit) => {
    maybe(node.name, visit);
    visit(node.value);
  },
  ErrorExpression: undefined,
};

function each(nodes: readonly SyntaxNode[], visit: Visit): void {
  for (let at = 0; at < nodes.length; at++) visit(nodes[at]!);
}

function maybe(node: SyntaxNode | undefined, visit: Visit): void {
  if (node !== undefined) visit(node);
}

/** Calls `visit` with each direct child, in the order of the text. */
export function forEachChild(node: SyntaxNode, visit: (child: SyntaxNode) => void): void {
  (children[node.kind] as ((node: SyntaxNode, visit: Visit) => void) | undefined)?.(node, visit);
}

/** Calls `visit` with a node and everything in it, parents first; a subtree is left out when `visit` returns false. */
export function walk(root: SyntaxNode, visit: (node: SyntaxNode) => unknown): void {
  const open: SyntaxNode[] = [root];
  const found: SyntaxNode[] = [];
  const add = (child: SyntaxNode): void => {
    found.push(child);
  };
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (visit(node) === false) continue;
    forEachChild(node, add);
    for (let child = found.pop(); child !== undefined; child = found.pop()) open.push(child);
  }
}
