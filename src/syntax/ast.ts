// The syntax tree of one `.pipe` file: readonly nodes told apart by `kind`, each with the span of its text and an id of its own. What the user wrote is kept
// (parentheses, both forms of a shorthand entry), so that the formatter can print it again; comments lie beside the tree. Where the parser
// recovered from an error, an `Error…` node stands in place; later phases pass over it in silence.
import type { Span } from "../text/span.ts";

/**
 * A node of kind `K` with these fields. Ids are counted from 0 through all files of a program, so that what is found out about nodes can stand
 * in arrays: tables by node are many times slower, and are asked several times about every name of a large program.
 */
type Node<K extends string, F extends object = object> = F & {
  readonly kind: K;
  readonly span: Span;
  readonly id: number;
};

/** A name where it is declared or used. An empty `text` marks a name the parser had to make up. */
export type NameNode = Node<"Name", { readonly text: string }>;

// Declarations

export type FileNode = Node<"File", { readonly declarations: readonly DeclarationNode[] }>;

export type DeclarationNode =
  | ImportNode
  | ConstNode
  | TypeDeclarationNode
  | EnumNode
  | SecretNode
  | ResourcesDeclarationNode
  | TaskNode
  | PipelineNode
  | ErrorDeclarationNode;

export type ImportNode = Node<"Import", { readonly names: readonly NameNode[]; readonly from: StringNode }>;

export type ConstNode = Node<
  "Const",
  {
    readonly name: NameNode;
    readonly type?: TypeNode;
    readonly value: ExpressionNode;
  }
>;

export type TypeDeclarationNode = Node<"TypeDeclaration", { readonly name: NameNode; readonly type: TypeNode }>;
export type EnumNode = Node<"Enum", { readonly name: NameNode; readonly members: readonly NameNode[] }>;
export type SecretNode = Node<"Secret", { readonly name: NameNode; readonly value: StringNode }>;

export type ResourcesDeclarationNode = Node<
  "ResourcesDeclaration",
  {
    readonly name: NameNode;
    readonly value: RecordNode;
  }
>;

export type TaskNode = Node<
  "Task",
  {
    readonly name: NameNode;
    readonly parameters: readonly ParameterNode[];
    readonly result?: TypeNode;
    readonly statements: readonly TaskStatementNode[];
  }
>;

export type PipelineNode = Node<
  "Pipeline",
  {
    readonly name: NameNode;
    readonly parameters: readonly ParameterNode[];
    readonly result?: TypeNode;
    readonly schedule?: ScheduleNode;
    readonly timeout?: ExpressionNode;
    readonly body: BlockNode;
    readonly finally?: BlockNode;
  }
>;

export type ScheduleNode = Node<"Schedule", { readonly cron: StringNode; readonly zone?: StringNode }>;

export type ParameterNode = Node<
  "Parameter",
  {
    readonly name: NameNode;
    readonly type: TypeNode;
    readonly default?: ExpressionNode;
  }
>;

export type ErrorDeclarationNode = Node<"ErrorDeclaration", { readonly kind: "ErrorDeclaration" }>;

// Task statements

export type TaskStatementNode =
  | ImageNode
  | CommandNode
  | ScriptNode
  | EnvNode
  | ResourcesNode
  | PodNode
  | TimeoutNode
  | CacheNode
  | RetryNode
  | ErrorTaskStatementNode;

export type ImageNode = Node<"Image", { readonly value: ExpressionNode }>;

/** `run [..]` (the full command line) or `args [..]` (keeps the image's entrypoint). */
export type CommandNode = Node<"Command", { readonly form: "run" | "args"; readonly value: ListNode }>;
export type ScriptNode = Node<"Script", { readonly interpreter: StringNode; readonly text: RawNode }>;
export type EnvNode = Node<"Env", { readonly value: RecordNode }>;
export type ResourcesNode = Node<"Resources", { readonly value: NameNode | RecordNode }>;
export type PodNode = Node<"Pod", { readonly value: RecordNode }>;
export type TimeoutNode = Node<"Timeout", { readonly value: ExpressionNode }>;
export type CacheNode = Node<"Cache", { readonly value: ExpressionNode }>;

/** `retry CAUSE count [after D] [{overrides}]`. `cause` keeps the user's word; whether it is one is checked later. */
export type RetryNode = Node<
  "Retry",
  {
    readonly cause: NameNode;
    /** The codes of `exit(n, …)`; empty for the other causes. */
    readonly codes: readonly ExpressionNode[];
    readonly count: ExpressionNode;
    readonly after?: ExpressionNode;
    readonly overrides?: RecordNode;
  }
>;

export type ErrorTaskStatementNode = Node<"ErrorTaskStatement", { readonly kind: "ErrorTaskStatement" }>;

// Types

export type TypeNode = NamedTypeNode | ListTypeNode | RecordTypeNode | OptionalTypeNode | ErrorTypeNode;

/** `Int`, `Experiment`, `Partial<T>`. */
export type NamedTypeNode = Node<"NamedType", { readonly name: NameNode; readonly argument?: TypeNode }>;

export type ListTypeNode = Node<
  "ListType",
  {
    readonly element: TypeNode;
    readonly max?: IntNode | NameExpressionNode;
  }
>;

export type RecordTypeNode = Node<"RecordType", { readonly fields: readonly FieldNode[] }>;

export type FieldNode = Node<
  "Field",
  {
    readonly name: NameNode;
    readonly type: TypeNode;
    readonly default?: ExpressionNode;
  }
>;

export type OptionalTypeNode = Node<"OptionalType", { readonly inner: TypeNode }>;
export type ErrorTypeNode = Node<"ErrorType", { readonly kind: "ErrorType" }>;

// Blocks and statements

export type BlockNode = Node<
  "Block",
  {
    readonly statements: readonly StatementNode[];
    readonly yield?: ExpressionNode;
  }
>;

export type StatementNode = LetNode | DoNode | CheckNode | ErrorStatementNode;

export type LetNode = Node<
  "Let",
  {
    readonly name: NameNode;
    readonly type?: TypeNode;
    readonly value: ExpressionNode;
    readonly after: readonly NameNode[];
  }
>;

export type DoNode = Node<"Do", { readonly value: ExpressionNode; readonly after: readonly NameNode[] }>;
export type CheckNode = Node<"Check", { readonly test: ExpressionNode; readonly message?: ExpressionNode }>;
export type ErrorStatementNode = Node<"ErrorStatement", { readonly kind: "ErrorStatement" }>;

// Expressions

export type ExpressionNode =
  | IntNode
  | FloatNode
  | QuantityNode
  | PercentNode
  | StringNode
  | RawNode
  | BoolNode
  | NullNode
  | NameExpressionNode
  | ParenthesesNode
  | RecordNode
  | ListNode
  | ForNode
  | IfNode
  | MapNode
  | BinaryNode
  | UnaryNode
  | MemberNode
  | IndexNode
  | CallNode
  | ErrorExpressionNode;

/** `text` is as written, with `_`; the value is checked for range later. */
export type IntNode = Node<"Int", { readonly text: string }>;
export type FloatNode = Node<"Float", { readonly text: string }>;

/** A number directly followed by letters: `16Gi`, `5min`, but also `16GB` and `500m`, which are refused later with a fix. */
export type QuantityNode = Node<
  "Quantity",
  {
    /** The number as written. */
    readonly number: string;
    /** The letters after it. */
    readonly unit: string;
  }
>;

export type PercentNode = Node<
  "Percent",
  {
    /** The number as written, without `%`. */
    readonly number: string;
  }
>;

/** `"…"`: texts (escapes resolved) and interpolated expressions, in order; never two texts in a row. */
export type StringNode = Node<"String", { readonly parts: readonly (StringTextNode | ExpressionNode)[] }>;
export type StringTextNode = Node<"StringText", { readonly value: string }>;

/** `'''…'''` with the first newline and the common indentation removed. */
export type RawNode = Node<"Raw", { readonly value: string }>;
export type BoolNode = Node<"Bool", { readonly value: boolean }>;
export type NullNode = Node<"Null", { readonly kind: "Null" }>;
export type NameExpressionNode = Node<"NameExpression", { readonly text: string }>;
export type ParenthesesNode = Node<"Parentheses", { readonly value: ExpressionNode }>;
export type RecordNode = Node<"Record", { readonly entries: readonly (EntryNode | SpreadNode)[] }>;

/** `name: value`, `"quoted name": value` or the shorthand `name` (then `value` is absent). */
export type EntryNode = Node<"Entry", { readonly name: NameNode | StringNode; readonly value?: ExpressionNode }>;

/** `...value` in a record or a list. */
export type SpreadNode = Node<"Spread", { readonly value: ExpressionNode }>;
export type ListNode = Node<"List", { readonly items: readonly (ExpressionNode | SpreadNode)[] }>;

/** `[for item, index in source where … by … desc take …: value]`. */
export type ForNode = Node<
  "For",
  {
    readonly item: NameNode;
    readonly index?: NameNode;
    readonly source: ExpressionNode;
    readonly where?: ExpressionNode;
    readonly by?: ExpressionNode;
    readonly descending: boolean;
    readonly take?: ExpressionNode;
    readonly value: ExpressionNode;
  }
>;

export type IfNode = Node<
  "If",
  {
    readonly test: ExpressionNode;
    readonly then: BlockNode;
    readonly else?: BlockNode | IfNode;
  }
>;

export type MapNode = Node<
  "Map",
  {
    readonly item: NameNode;
    readonly index?: NameNode;
    readonly source: ExpressionNode;
    /** In the order written; a clause written twice is reported later. */
    readonly clauses: readonly MapClauseNode[];
    readonly body: BlockNode;
  }
>;

export const MAP_CLAUSES = ["where", "key", "max", "parallel", "batch", "tolerate"] as const;

export type MapClauseNode = Node<
  "MapClause",
  {
    readonly clause: (typeof MAP_CLAUSES)[number];
    readonly value: ExpressionNode;
  }
>;

export type BinaryOperator =
  | "or"
  | "and"
  | "=="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "in"
  | "??"
  | ".."
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

export type BinaryNode = Node<
  "Binary",
  {
    readonly operator: BinaryOperator;
    readonly operatorSpan: Span;
    readonly left: ExpressionNode;
    readonly right: ExpressionNode;
  }
>;

export type UnaryNode = Node<"Unary", { readonly operator: "-" | "not"; readonly value: ExpressionNode }>;

/** `value.name` or `value?.name`. */
export type MemberNode = Node<
  "Member",
  {
    readonly value: ExpressionNode;
    readonly name: NameNode;
    readonly optional: boolean;
  }
>;

export type IndexNode = Node<"Index", { readonly value: ExpressionNode; readonly index: ExpressionNode }>;

export type CallNode = Node<
  "Call",
  {
    /** Anything the grammar allows before `(`; a later phase wants a bare name. */
    readonly callee: ExpressionNode;
    readonly arguments: readonly ArgumentNode[];
  }
>;

export type ArgumentNode = Node<"Argument", { readonly name?: NameNode; readonly value: ExpressionNode }>;
export type ErrorExpressionNode = Node<"ErrorExpression", { readonly kind: "ErrorExpression" }>;

/** Every node of the tree. */
export type SyntaxNode =
  | FileNode
  | DeclarationNode
  | NameNode
  | ScheduleNode
  | ParameterNode
  | TaskStatementNode
  | TypeNode
  | FieldNode
  | BlockNode
  | StatementNode
  | ExpressionNode
  | StringTextNode
  | EntryNode
  | SpreadNode
  | MapClauseNode
  | ArgumentNode;

export type NodeOfKind<K extends SyntaxNode["kind"]> = Extract<SyntaxNode, { readonly kind: K }>;

/**
 * Makes any node. Where very many are made, in the hot rules of the grammar, they are written as literals of their type
 * instead: copying the fields costs time, and memory for as long as the node lives.
 */
export function makeNode<K extends SyntaxNode["kind"]>(
  kind: K,
  span: Span,
  id: number,
  fields: Omit<NodeOfKind<K>, "kind" | "span" | "id">,
): NodeOfKind<K> {
  return { kind, span, id, ...fields } as unknown as NodeOfKind<K>;
}

/** A comment, beside the tree. `##` comments are documentation of what follows them. */
export interface CommentNode {
  readonly span: Span;
  /** The text after `#` or `##`, one leading blank removed. */
  readonly text: string;
  readonly isDocumentation: boolean;
}
