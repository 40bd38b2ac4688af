// What declarations mean: types, constants, signatures, each found out when first asked for, in whatever order they stand in the files.
// Circles are reported once, where they start.

import { names } from "../diagnostics/catalog/names.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { ParameterNode, PipelineNode, SyntaxNode, TaskNode, TypeNode } from "../syntax/ast.ts";
import { ERROR, NONE, type Type } from "../types/type.ts";
import type { Value } from "../types/value.ts";
import { resolveType } from "./check-types.ts";
import { type CheckContext, createScope, type Declarations } from "./context.ts";
import { foldConstant } from "./fold.ts";
import type { GlobalSymbol, Module, Signature, SignatureParameter } from "./program.ts";
import { requireStage } from "./stage.ts";

const diagnostic = bindDiagnostics(names);

/** Deeper chains of declarations, each naming the next one further down, are as good as circles. */
const MAX_CHAIN = 200;

type Shared = Pick<CheckContext, "facts" | "report" | "pathExists" | "mainPath" | "check" | "infer">;

export function createDeclarations(shared: Shared): {
  declarations: Declarations;
  contextOf: (module: Module) => CheckContext;
} {
  const types = new Map<SyntaxNode, Type>();
  const constants = new Map<SyntaxNode, { readonly type: Type; readonly value: Value | undefined }>();
  const contexts = new Map<Module, CheckContext>();
  const open: GlobalSymbol[] = [];

  const contextOf = (module: Module): CheckContext => {
    const known = contexts.get(module);
    if (known) return known;
    const context: CheckContext = { ...shared, module, declarations };
    contexts.set(module, context);
    return context;
  };

  /** Runs `find` for a declaration unless it is being found out already: then it is a circle, reported here. */
  const guard = <T>(
    symbol: GlobalSymbol,
    code: "recursive-type" | "recursive-constant",
    poison: T,
    find: () => T,
  ): T => {
    const at = open.findIndex((other) => other.node === symbol.node);
    if (at >= 0 || open.length > MAX_CHAIN) {
      const circle = at >= 0 ? [...open.slice(at), symbol] : [symbol];
      const start = circle[0]!;
      shared.report(
        diagnostic(code, start.node.name.span, {
          name: start.name,
          cycle: circle.map((member) => `\`${member.name}\``).join(" → "),
        }),
      );
      return poison;
    }
    open.push(symbol);
    try {
      return find();
    } finally {
      open.pop();
    }
  };

  const declarations: Declarations = {
    typeNamed: (symbol) => {
      const known = types.get(symbol.node);
      if (known) return known;
      const found =
        symbol.kind === "enum"
          ? { kind: "enum" as const, name: symbol.name, members: checkMembers(symbol, shared) }
          : guard(symbol, "recursive-type", ERROR, () =>
              aliasOf(symbol.name, contextOf(symbol.module), symbol.node.type),
            );
      if (!types.has(symbol.node)) types.set(symbol.node, found);
      return types.get(symbol.node)!;
    },

    constant: (symbol) => {
      const known = constants.get(symbol.node);
      if (known) return known;
      const poison = { type: ERROR, value: undefined };
      const found = guard(symbol, "recursive-constant", poison, () => findConstant(contextOf(symbol.module), symbol));
      if (!constants.has(symbol.node)) {
        constants.set(symbol.node, found);
        if (found.value !== undefined) shared.facts.constants.set(symbol.node, found.value);
      }
      return constants.get(symbol.node)!;
    },

    signature: (symbol) => {
      const known = shared.facts.signatures.get(symbol.node);
      if (known) return known;
      const signature = findSignature(contextOf(symbol.module), symbol.node);
      shared.facts.signatures.set(symbol.node, signature);
      return signature;
    },
  };
  return { declarations, contextOf };
}

function aliasOf(name: string, context: CheckContext, node: TypeNode): Type {
  const type = resolveType(context, node);
  return type.kind === "record" ? { ...type, name } : type;
}

function checkMembers(symbol: GlobalSymbol & { kind: "enum" }, shared: Shared): string[] {
  const members: string[] = [];
  for (const member of symbol.node.members) {
    if (member.text === "") continue;
    if (members.includes(member.text)) {
      shared.report(
        diagnostic("duplicate-name", member.span, { name: member.text, kind: `a member of \`${symbol.name}\`` }),
      );
    } else members.push(member.text);
  }
  return members;
}

function findConstant(
  context: CheckContext,
  symbol: GlobalSymbol & { kind: "const" | "resources" },
): { type: Type; value: Value | undefined } {
  const scope = createScope(undefined, { noCalls: "constant" });
  if (symbol.kind === "resources") return { type: NONE, value: undefined };
  const node = symbol.node;
  const what = `The constant \`${symbol.name}\``;
  const declared = node.type && resolveType(context, node.type);
  const found = context.check(context, node.value, scope, declared, what);
  const type = declared ?? found;
  if (type.kind === "error" || context.facts.types.get(node.value)?.kind === "error") return { type, value: undefined };
  if (!requireStage(context, node.value, "compile", what)) return { type, value: undefined };
  return { type, value: foldConstant(context, node.value, declared) };
}

function findSignature(context: CheckContext, node: TaskNode | PipelineNode): Signature {
  const parameters: SignatureParameter[] = [];
  for (const parameter of node.parameters) {
    const found = findParameter(context, parameter);
    if (parameter.name.text !== "" && !parameters.some((other) => other.name === found.name)) parameters.push(found);
  }
  const result = node.result ? resolveType(context, node.result) : NONE;
  const name = node.name.text;
  if (node.kind === "Pipeline" || result.kind === "none") return { name, parameters, result, outputs: [] };
  const inline = node.result?.kind === "RecordType" && result.kind === "record";
  const outputs = inline
    ? result.fields.map((field) => ({ name: field.name, type: field.type }))
    : [{ name: null, type: result }];
  return { name, parameters, result, outputs };
}

function findParameter(context: CheckContext, node: ParameterNode): SignatureParameter {
  const name = node.name.text;
  const type = resolveType(context, node.type);
  if (!node.default) return { name, type, node };
  const what = `The default of \`${name}\``;
  const found = context.check(context, node.default, createScope(undefined, { noCalls: "constant" }), type, what);
  if (found.kind === "error" || !requireStage(context, node.default, "compile", what))
    return { name, type, node, default: null };
  const value = foldConstant(context, node.default, type);
  return { name, type, node, default: value ?? null };
}
