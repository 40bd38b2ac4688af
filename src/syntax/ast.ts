// The syntax tree of one `.pipe` file: readonly nodes told apart by `kind`, each with the span of its text. What the user wrote is kept
// (parentheses, both forms of a shorthand entry), so that the formatter can print it again; comments lie beside the tree. Where the parser
// recovered from an error, an `Error…` node stands in place; later phases pass over it in silence.
import type { Span } from "../text/span.ts";

interface Base {
  readonly span: Span;
}

/** A name where it is declared or used. An empty `text` marks a name the parser had to make up. */
export interface NameNode extends Base {
  readonly kind: "Name";
  readonly text: string;
}

// Declarations

export interface FileNode extends Base {
  readonly kind: "File";
  readonly declarations: readonly DeclarationNode[];
}

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

export interface ImportNode extends Base {
  readonly kind: "Import";
  readonly names: readonly NameNode[];
  readonly from: StringNode;
}

export interface ConstNode extends Base {
  readonly kind: "Const";
  readonly name: NameNode;
  readonly type?: TypeNode;
  readonly value: ExpressionNode;
}

export interface TypeDeclarationNode extends Base {
  readonly kind: "TypeDeclaration";
  readonly name: NameNode;
  readonly type: TypeNode;
}

export interface EnumNode extends Base {
  readonly kind: "Enum";
  readonly name: NameNode;
  readonly members: readonly NameNode[];
}

export interface SecretNode extends Base {
  readonly kind: "Secret";
  readonly name: NameNode;
  readonly value: StringNode;
}

export interface ResourcesDeclarationNode extends Base {
  readonly kind: "ResourcesDeclaration";
  readonly name: NameNode;
  readonly value: RecordNode;
}

export interface TaskNode extends Base {
  readonly kind: "Task";
  readonly name: NameNode;
  readonly parameters: readonly ParameterNode[];
  readonly result?: TypeNode;
  readonly statements: readonly TaskStatementNode[];
}

export interface PipelineNode extends Base {
  readonly kind: "Pipeline";
  readonly name: NameNode;
  readonly parameters: readonly ParameterNode[];
  readonly result?: TypeNode;
  readonly schedule?: ScheduleNode;
  readonly timeout?: ExpressionNode;
  readonly body: BlockNode;
  readonly finally?: BlockNode;
}

export interface ScheduleNode extends Base {
  readonly kind: "Schedule";
  readonly cron: StringNode;
  readonly zone?: StringNode;
}

export interface ParameterNode extends Base {
  readonly kind: "Parameter";
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly default?: ExpressionNode;
}

export interface ErrorDeclarationNode extends Base {
  readonly kind: "ErrorDeclaration";
}

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

export interface ImageNode extends Base {
  readonly kind: "Image";
  readonly value: ExpressionNode;
}

/** `run [..]` (the full command line) or `args [..]` (keeps the image's entrypoint). */
export interface CommandNode extends Base {
  readonly kind: "Command";
  readonly form: "run" | "args";
  readonly value: ListNode;
}

export interface ScriptNode extends Base {
  readonly kind: "Script";
  readonly interpreter: StringNode;
  readonly text: RawNode;
}

export interface EnvNode extends Base {
  readonly kind: "Env";
  readonly value: RecordNode;
}

export interface ResourcesNode extends Base {
  readonly kind: "Resources";
  readonly value: NameNode | RecordNode;
}

export interface PodNode extends Base {
  readonly kind: "Pod";
  readonly value: RecordNode;
}

export interface TimeoutNode extends Base {
  readonly kind: "Timeout";
  readonly value: ExpressionNode;
}

export interface CacheNode extends Base {
  readonly kind: "Cache";
  readonly value: ExpressionNode;
}

/** `retry CAUSE count [after D] [{overrides}]`. `cause` keeps the user's word; whether it is one is checked later. */
export interface RetryNode extends Base {
  readonly kind: "Retry";
  readonly cause: NameNode;
  /** The codes of `exit(n, …)`; empty for the other causes. */
  readonly codes: readonly ExpressionNode[];
  readonly count: ExpressionNode;
  readonly after?: ExpressionNode;
  readonly overrides?: RecordNode;
}

export interface ErrorTaskStatementNode extends Base {
  readonly kind: "ErrorTaskStatement";
}

// Types

export type TypeNode = NamedTypeNode | ListTypeNode | RecordTypeNode | OptionalTypeNode | ErrorTypeNode;

/** `Int`, `Experiment`, `Partial<T>`. */
export interface NamedTypeNode extends Base {
  readonly kind: "NamedType";
  readonly name: NameNode;
  readonly argument?: TypeNode;
}

export interface ListTypeNode extends Base {
  readonly kind: "ListType";
  readonly element: TypeNode;
  readonly max?: IntNode | NameExpressionNode;
}

export interface RecordTypeNode extends Base {
  readonly kind: "RecordType";
  readonly fields: readonly FieldNode[];
}

export interface FieldNode extends Base {
  readonly kind: "Field";
  readonly name: NameNode;
  readonly type: TypeNode;
  readonly default?: ExpressionNode;
}

export interface OptionalTypeNode extends Base {
  readonly kind: "OptionalType";
  readonly inner: TypeNode;
}

export interface ErrorTypeNode extends Base {
  readonly kind: "ErrorType";
}

// Blocks and statements

export interface BlockNode extends Base {
  readonly kind: "Block";
  readonly statements: readonly StatementNode[];
  readonly yield?: ExpressionNode;
}

export type StatementNode = LetNode | DoNode | CheckNode | ErrorStatementNode;

export interface LetNode extends Base {
  readonly kind: "Let";
  readonly name: NameNode;
  readonly type?: TypeNode;
  readonly value: ExpressionNode;
  readonly after: readonly NameNode[];
}

export interface DoNode extends Base {
  readonly kind: "Do";
  readonly value: ExpressionNode;
  readonly after: readonly NameNode[];
}

export interface CheckNode extends Base {
  readonly kind: "Check";
  readonly test: ExpressionNode;
  readonly message?: ExpressionNode;
}

export interface ErrorStatementNode extends Base {
  readonly kind: "ErrorStatement";
}

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
export interface IntNode extends Base {
  readonly kind: "Int";
  readonly text: string;
}

export interface FloatNode extends Base {
  readonly kind: "Float";
  readonly text: string;
}

/** A number directly followed by letters: `16Gi`, `5min`, but also `16GB` and `500m`, which are refused later with a fix. */
export interface QuantityNode extends Base {
  readonly kind: "Quantity";
  /** The number as written. */
  readonly number: string;
  /** The letters after it. */
  readonly unit: string;
}

export interface PercentNode extends Base {
  readonly kind: "Percent";
  /** The number as written, without `%`. */
  readonly number: string;
}

/** `"…"`: texts (escapes resolved) and interpolated expressions, in order; never two texts in a row. */
export interface StringNode extends Base {
  readonly kind: "String";
  readonly parts: readonly (StringTextNode | ExpressionNode)[];
}

export interface StringTextNode extends Base {
  readonly kind: "StringText";
  readonly value: string;
}

/** `'''…'''` with the first newline and the common indentation removed. */
export interface RawNode extends Base {
  readonly kind: "Raw";
  readonly value: string;
}

export interface BoolNode extends Base {
  readonly kind: "Bool";
  readonly value: boolean;
}

export interface NullNode extends Base {
  readonly kind: "Null";
}

export interface NameExpressionNode extends Base {
  readonly kind: "NameExpression";
  readonly text: string;
}

export interface ParenthesesNode extends Base {
  readonly kind: "Parentheses";
  readonly value: ExpressionNode;
}

export interface RecordNode extends Base {
  readonly kind: "Record";
  readonly entries: readonly (EntryNode | SpreadNode)[];
}

/** `name: value`, `"quoted name": value` or the shorthand `name` (then `value` is absent). */
export interface EntryNode extends Base {
  readonly kind: "Entry";
  readonly name: NameNode | StringNode;
  readonly value?: ExpressionNode;
}

/** `...value` in a record or a list. */
export interface SpreadNode extends Base {
  readonly kind: "Spread";
  readonly value: ExpressionNode;
}

export interface ListNode extends Base {
  readonly kind: "List";
  readonly items: readonly (ExpressionNode | SpreadNode)[];
}

/** `[for item, index in source where … by … desc take …: value]`. */
export interface ForNode extends Base {
  readonly kind: "For";
  readonly item: NameNode;
  readonly index?: NameNode;
  readonly source: ExpressionNode;
  readonly where?: ExpressionNode;
  readonly by?: ExpressionNode;
  readonly descending: boolean;
  readonly take?: ExpressionNode;
  readonly value: ExpressionNode;
}

export interface IfNode extends Base {
  readonly kind: "If";
  readonly test: ExpressionNode;
  readonly then: BlockNode;
  readonly else?: BlockNode | IfNode;
}

export interface MapNode extends Base {
  readonly kind: "Map";
  readonly item: NameNode;
  readonly index?: NameNode;
  readonly source: ExpressionNode;
  /** In the order written; a clause written twice is reported later. */
  readonly clauses: readonly MapClauseNode[];
  readonly body: BlockNode;
}

export const MAP_CLAUSES = ["where", "key", "max", "parallel", "batch", "tolerate"] as const;

export interface MapClauseNode extends Base {
  readonly kind: "MapClause";
  readonly clause: (typeof MAP_CLAUSES)[number];
  readonly value: ExpressionNode;
}

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

export interface BinaryNode extends Base {
  readonly kind: "Binary";
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export interface UnaryNode extends Base {
  readonly kind: "Unary";
  readonly operator: "-" | "not";
  readonly value: ExpressionNode;
}

/** `value.name` or `value?.name`. */
export interface MemberNode extends Base {
  readonly kind: "Member";
  readonly value: ExpressionNode;
  readonly name: NameNode;
  readonly optional: boolean;
}

export interface IndexNode extends Base {
  readonly kind: "Index";
  readonly value: ExpressionNode;
  readonly index: ExpressionNode;
}

export interface CallNode extends Base {
  readonly kind: "Call";
  /** Anything the grammar allows before `(`; a later phase wants a bare name. */
  readonly callee: ExpressionNode;
  readonly arguments: readonly ArgumentNode[];
}

export interface ArgumentNode extends Base {
  readonly kind: "Argument";
  readonly name?: NameNode;
  readonly value: ExpressionNode;
}

export interface ErrorExpressionNode extends Base {
  readonly kind: "ErrorExpression";
}

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

/** The one constructor of all nodes. */
export function makeNode<K extends SyntaxNode["kind"]>(
  kind: K,
  span: Span,
  fields: Omit<NodeOfKind<K>, "kind" | "span">,
): NodeOfKind<K> {
  return { kind, span, ...fields } as unknown as NodeOfKind<K>;
}

/** A comment, beside the tree. `##` comments are documentation of what follows them. */
export interface CommentNode {
  readonly span: Span;
  /** The text after `#` or `##`, one leading blank removed. */
  readonly text: string;
  readonly isDocumentation: boolean;
}
