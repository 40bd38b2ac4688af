// Lowers a block of statements: every call, map and branch with calls becomes a node, every `let` of a pure value and every `check` too, in
// source order, in which each name is declared before it is used. Expressions refer to nodes by id, which for `let x = call(…)` is `x`.

import { withoutParentheses } from "../analysis/flatten-record.ts";
import { lowerExpression } from "../analysis/lower-expression.ts";
import type { Expr } from "../expr/expr.ts";
import { everyFreeName, freeNames } from "../expr/names.ts";
import type { BlockNode, CallNode, ExpressionNode, IfNode, MapNode, StatementNode } from "../syntax/ast.ts";
import type { Type } from "../types/type.ts";
import {
  type BlockScope,
  type LoweredBlock,
  type LoweredNode,
  type LowerInBlock,
  latestStage,
  typeOf,
} from "./block-scope.ts";
import { foldScalar, knownValue } from "./fold-scalar.ts";
import { freeNamesOf } from "./free-names.ts";
import { lowerMap } from "./lower-map.ts";
import type { Lowering, PipelineSymbol, TaskSymbol } from "./lowering.ts";
import type { ExprArgument, PlanBlock, PlanNode } from "./plan.ts";

type Effect = CallNode | MapNode | IfNode;

/** The block as nodes in source order. `type`, where given, is the type its value has from outside. */
export function lowerBlock(node: BlockNode, scope: BlockScope, type?: Type): LoweredBlock {
  const { facts, place } = scope.lowering;
  const added: LoweredNode[] = [];
  const hoisted = new Map<ExpressionNode, Expr>();
  let after: readonly string[] = [];

  const add = (lowered: LoweredNode): void => {
    const { node, names } = lowered;
    const stage = node.kind === "let" ? latestStage(names, scope.stages) : "run";
    // What is in no table is known while it runs; a sibling block may have had another node of this name.
    if (stage === "run") scope.stages.delete(node.id);
    else scope.stages.set(node.id, stage);
    added.push(after.length === 0 ? lowered : { node, names: new Set([...names, ...after]) });
  };
  const expression: LowerInBlock = (value) => foldScalar(lowerExpression(value, inBlock));
  const hoist = (effect: Effect): Expr => {
    const known = hoisted.get(effect);
    if (known) return known;
    const reference = addEffect(effect);
    hoisted.set(effect, reference);
    return reference;
  };
  const inBlock = { facts, place, hoist };
  // The id is taken when the node's own arguments are lowered, so that ids count in the order of evaluation.
  const addEffect = (effect: Effect, id?: string): Expr => {
    const lowered = lowerEffect(effect, id, scope, expression);
    add(lowered);
    return { op: "ref", name: lowered.node.id };
  };
  const addStatement = (statement: StatementNode): void => {
    switch (statement.kind) {
      case "Let": {
        const value = withoutParentheses(statement.value);
        if (isEffect(value) && facts.effects.has(value)) {
          hoisted.set(value, addEffect(value, statement.name.text));
          return;
        }
        const expr = expression(value);
        const declared = facts.symbols.get(statement.name);
        const ofLet = declared && "type" in declared ? declared.type : typeOf(scope.lowering, value);
        const known = knownValue(expr, scope.values);
        if (known === undefined) scope.values.delete(statement.name.text);
        else scope.values.set(statement.name.text, known);
        add({
          node: {
            kind: "let",
            id: statement.name.text,
            source: place(statement.span),
            needs: [],
            value: expr,
            type: ofLet,
          },
          names: freeNames(expr),
        });
        return;
      }
      case "Do":
        expression(statement.value);
        return;
      case "Check": {
        const test = expression(statement.test);
        const message = statement.message && expression(statement.message);
        const { file, start, end } = statement.test.span;
        const text = scope.lowering.program.modules[file]!.source.text.slice(start, end);
        const id = scope.names.take("check");
        const node: LoweredNode["node"] = {
          kind: "check",
          id,
          source: place(statement.span),
          needs: [],
          test,
          ...(message && { message }),
          text,
        };
        add({ node, names: freeNamesOf(test, message) });
        return;
      }
      case "ErrorStatement":
        return;
    }
  };

  for (const statement of node.statements) {
    after = "after" in statement ? statement.after.map((name) => name.text) : [];
    addStatement(statement);
  }
  after = [];
  const value = node.yield && expression(node.yield);
  return finishBlock(added, value && { value, type: type ?? typeOf(scope.lowering, node.yield!) });
}

/**
 * Works out what needs what. A name that is no node of this block is one from around it. What uses a name that a check above has tested also
 * needs that check: so it may rely on what the check says (that the name is not null).
 */
function finishBlock(added: readonly LoweredNode[], result: PlanBlock["yield"]): LoweredBlock {
  const positions = new Map<string, number>();
  const outside = new Set<string>();
  // The latest check on each name; it needs the ones before it.
  const checks = new Map<string, string>();
  const nodes = added.map(({ node, names }, position): PlanNode => {
    for (const name of names) {
      if (positions.has(name)) node.needs.push(name);
      else outside.add(name);
    }
    if (checks.size > 0) {
      const guards = new Set<string>();
      for (const name of names) {
        const check = checks.get(name);
        if (check !== undefined) guards.add(check);
      }
      for (const check of guards) if (!names.has(check)) node.needs.push(check);
    }
    if (node.kind === "check") {
      for (const name of freeNames(node.test)) checks.set(name, node.id);
    }
    if (node.needs.length > 1) node.needs.sort((a, b) => positions.get(a)! - positions.get(b)!);
    positions.set(node.id, position);
    return node;
  });
  if (result) for (const name of freeNames(result.value)) if (!positions.has(name)) outside.add(name);
  return { block: result ? { nodes, yield: result } : { nodes }, names: outside };
}

function isEffect(node: ExpressionNode): node is Effect {
  return node.kind === "Call" || node.kind === "Map" || node.kind === "If";
}

function lowerEffect(effect: Effect, id: string | undefined, scope: BlockScope, expression: LowerInBlock): LoweredNode {
  if (effect.kind === "Call") return lowerCall(effect, id, scope, expression);
  if (effect.kind === "Map") return lowerMap(effect, id, scope, { expression, lowerBlock });
  return lowerIf(effect, id, scope, expression);
}

function lowerCall(
  node: CallNode,
  wanted: string | undefined,
  scope: BlockScope,
  expression: LowerInBlock,
): LoweredNode {
  const { lowering } = scope;
  const symbol = calledSymbol(lowering, node);
  const signature = lowering.facts.signatures.get(symbol.node)!;
  const given: (Expr | undefined)[] = signature.parameters.map(() => undefined);
  node.arguments.forEach(({ name, value }, position) => {
    const at = name ? signature.parameters.findIndex((parameter) => parameter.name === name.text) : position;
    given[at] = expression(value);
  });
  const parameters = signature.parameters.map(
    (parameter, position): ExprArgument => ({
      name: parameter.name,
      value: given[position] ?? { op: "literal", value: parameter.default ?? null },
    }),
  );
  const id = wanted ?? scope.names.take(symbol.name);
  const source = lowering.place(node.span);
  const type = signature.result;
  const names = namesOfArguments(parameters);
  if (symbol.kind === "task") {
    const task = lowering.taskId(symbol);
    return { node: { kind: "call", id, source, needs: [], task, arguments: parameters, type }, names };
  }
  const pipeline = lowering.pipelineId(symbol);
  return { node: { kind: "pipeline", id, source, needs: [], pipeline, arguments: parameters, type }, names };
}

const NO_NAMES: ReadonlySet<string> = new Set();

// Most calls of a large program name nothing, or little: a set is made when there is a name.
function namesOfArguments(given: readonly ExprArgument[]): ReadonlySet<string> {
  let names: Set<string> | undefined;
  const add = (name: string): boolean => {
    names ??= new Set();
    names.add(name);
    return true;
  };
  for (const { value } of given) everyFreeName(value, add);
  return names ?? NO_NAMES;
}

function calledSymbol({ facts }: Lowering, node: CallNode): TaskSymbol | PipelineSymbol {
  const symbol = facts.symbols.get(node);
  if (symbol?.kind === "task" || symbol?.kind === "pipeline") return symbol;
  throw new Error("a call that checking should have resolved");
}

function lowerIf(node: IfNode, wanted: string | undefined, scope: BlockScope, expression: LowerInBlock): LoweredNode {
  const { lowering } = scope;
  const test = expression(node.test);
  const id = wanted ?? scope.names.take("if");
  const type = typeOf(lowering, node);
  const then = lowerBlock(node.then, scope);
  const other =
    node.else && (node.else.kind === "Block" ? lowerBlock(node.else, scope) : lowerElseIf(node.else, scope));
  const names = freeNames(test);
  for (const branch of [then, other]) if (branch) for (const name of branch.names) names.add(name);
  return {
    node: {
      kind: "if",
      id,
      source: lowering.place(node.span),
      needs: [],
      test,
      // biome-ignore lint/suspicious/noThenProperty: the plan's own word
      then: then.block,
      ...(other && { else: other.block }),
      type,
    },
    names,
  };
}

/** `else if` is a block that yields another `if`. */
function lowerElseIf(node: IfNode, scope: BlockScope): LoweredBlock {
  const type = typeOf(scope.lowering, node);
  const yields = type.kind !== "none";
  const statements: StatementNode[] = yields
    ? []
    : [{ kind: "Do", span: node.span, id: node.id, value: node, after: [] }];
  return lowerBlock({ kind: "Block", span: node.span, id: node.id, statements, ...(yields && { yield: node }) }, scope);
}
