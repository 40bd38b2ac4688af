// What the checker works on and what it finds out: modules, symbols, signatures, and the tables from syntax nodes to facts that lowering reads.
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type {
  CallNode,
  CheckNode,
  CommentNode,
  ConstNode,
  EnumNode,
  ExpressionNode,
  FileNode,
  NameExpressionNode,
  NameNode,
  ParameterNode,
  PipelineNode,
  ResourcesDeclarationNode,
  SecretNode,
  TaskNode,
  TypeDeclarationNode,
} from "../syntax/ast.ts";
import type { SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import type { Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import { createNodeTable, type NodeTable } from "./node-table.ts";

/** One file with the names it declares and imports. */
export interface Module {
  readonly source: SourceFile;
  readonly file: FileNode;
  readonly comments: readonly CommentNode[];
  /** Everything a name of this file can mean outside of blocks: declared here or imported. */
  readonly globals: Map<string, GlobalSymbol>;
}

/** The files of one compilation, the main one first, imports in the order first met. `module.source.id` is the index. */
export interface Program {
  readonly modules: readonly Module[];
  /** Ids of nodes are smaller. */
  readonly nodeCount: number;
}

/** A declaration of a file. */
export type GlobalSymbol =
  | { readonly kind: "const"; readonly name: string; readonly node: ConstNode; readonly module: Module }
  | { readonly kind: "type"; readonly name: string; readonly node: TypeDeclarationNode; readonly module: Module }
  | { readonly kind: "enum"; readonly name: string; readonly node: EnumNode; readonly module: Module }
  | { readonly kind: "secret"; readonly name: string; readonly node: SecretNode; readonly module: Module }
  | {
      readonly kind: "resources";
      readonly name: string;
      readonly node: ResourcesDeclarationNode;
      readonly module: Module;
    }
  | { readonly kind: "task"; readonly name: string; readonly node: TaskNode; readonly module: Module }
  | { readonly kind: "pipeline"; readonly name: string; readonly node: PipelineNode; readonly module: Module };

/** Compile, submit, run: a value is known from its stage on. */
export type Stage = "compile" | "submit" | "run";

/** The name or call that makes a value known only from some stage on. */
export interface StageCause {
  readonly name: string;
  readonly span: Span;
  /** Completes "`name` …" for a label: "is a parameter", "runs here". */
  readonly what: string;
}

/** A name of a block, a task or a `[for]`. */
export interface LocalSymbol {
  readonly kind: "parameter" | "let" | "item" | "index" | "variable" | "output" | "amount" | "run";
  readonly name: string;
  readonly type: Type;
  readonly stage: Stage;
  /** What makes a `let` known only from its stage on. */
  readonly cause?: StageCause | undefined;
  /** The value of a `let` that is known when compiling. */
  readonly constant?: Value | undefined;
  /** Where it is declared; of built-in names (`out`, `run`, amounts) the place that brings them in. */
  readonly span: Span;
  /** Whether something refers to it: set while checking goes on. */
  isUsed: boolean;
}

export interface SignatureParameter {
  readonly name: string;
  readonly type: Type;
  readonly default?: Value;
  readonly node: ParameterNode;
}

/** What a call of a task or pipeline takes and gives. */
export interface Signature {
  readonly name: string;
  readonly parameters: readonly SignatureParameter[];
  /** `none` without a result. */
  readonly result: Type;
  /** Of tasks only: empty without result; name null for the single output. */
  readonly outputs: readonly { readonly name: string | null; readonly type: Type }[];
}

/** Facts by syntax node, filled in while checking. */
export interface Facts {
  readonly types: NodeTable<ExpressionNode, Type>;
  /** What a name or a callee means; absent for names that were reported. Built-in functions are not in here. */
  readonly symbols: NodeTable<NameExpressionNode | CallNode | NameNode, GlobalSymbol | LocalSymbol>;
  /** Values of constants and named resource blocks; absent where an error was reported. */
  readonly constants: Map<ConstNode | ResourcesDeclarationNode, Value>;
  readonly signatures: Map<TaskNode | PipelineNode, Signature>;
  /** Expressions that hold a task or pipeline call, a map, or a `check`: they become plan nodes. */
  readonly effects: Set<ExpressionNode>;
  /** `check` statements seen so far: a branch that holds one becomes a plan node too. */
  readonly checks: Set<CheckNode>;
  /** Every local name that stands somewhere in a pipeline. */
  readonly localNames: Map<PipelineNode, Set<string>>;
  /** The calls of other pipelines that the body of a pipeline holds, in source order. */
  readonly pipelineCalls: Map<PipelineNode, CallNode[]>;
  /** What a `file("…")` or `dir("…")` names: a URI, or a path relative to the main file's folder. */
  readonly paths: Map<CallNode, string>;
  /** Secrets that something refers to. */
  readonly usedSecrets: Set<SecretNode>;
}

export interface Analysis {
  readonly program: Program;
  readonly facts: Facts;
  readonly diagnostics: readonly Diagnostic[];
}

export function createFacts({ nodeCount }: Program): Facts {
  return {
    types: createNodeTable(nodeCount),
    symbols: createNodeTable(nodeCount),
    constants: new Map(),
    signatures: new Map(),
    effects: new Set(),
    checks: new Set(),
    localNames: new Map(),
    pipelineCalls: new Map(),
    paths: new Map(),
    usedSecrets: new Set(),
  };
}
