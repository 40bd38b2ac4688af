// In: the operands and operators of one flat expression, as read from left to right. Out: its tree. From weakest to
// strongest: `or`, `and`, `not`, comparisons (which do not chain), `??`, `..` (which does not chain), `+ -`, `* / %`,
// the sign `-`. Chains become left-deep trees by loops; the recursion is as deep as there are levels.
import { type BinaryOperator, type ExpressionNode, makeNode } from "../src/syntax/ast.ts";
import type { Span } from "../src/text/span.ts";

export interface OperatorPiece<O extends string> {
  readonly operator: O;
  readonly span: Span;
}

/** An operand with the prefix operators before it. */
export interface Operand {
  readonly prefixes: readonly OperatorPiece<"not" | "-">[];
  readonly value: ExpressionNode;
}

export interface OperatorChain {
  readonly operands: readonly Operand[];
  /** One less than operands: the operator at `i` stands before the operand at `i + 1`. */
  readonly operators: readonly OperatorPiece<BinaryOperator>[];
}

/** What the grammar forbids although the flat rule reads it. */
export type OperatorMistake = "chained-comparison" | "chained-range" | "not-needs-parentheses";

const NOT_LEVEL = 3;
const COMPARISON_LEVEL = 4;
const RANGE_LEVEL = 6;
const LEVELS: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  "==": COMPARISON_LEVEL,
  "!=": COMPARISON_LEVEL,
  "<": COMPARISON_LEVEL,
  "<=": COMPARISON_LEVEL,
  ">": COMPARISON_LEVEL,
  ">=": COMPARISON_LEVEL,
  in: COMPARISON_LEVEL,
  "??": 5,
  "..": RANGE_LEVEL,
  "+": 7,
  "-": 7,
  "*": 8,
  "/": 8,
  "%": 8,
};

/**
 * Builds the tree of a chain, with ids from `newId`; `report` hears of each forbidden combination, with the span of the operator at fault, and
 * of chained comparisons what stands between the two.
 */
export function buildOperators(
  chain: OperatorChain,
  newId: () => number,
  report: (mistake: OperatorMistake, span: Span, between?: ExpressionNode) => void,
): ExpressionNode {
  let next = 0;

  function readOperand(minimum: number): ExpressionNode {
    const { prefixes, value } = chain.operands[next]!;
    const firstSign = prefixes.findIndex(({ operator }) => operator === "-");
    const nots = firstSign < 0 ? prefixes : prefixes.slice(0, firstSign);
    const rest = firstSign < 0 ? [] : prefixes.slice(firstSign);
    const misplaced = rest.find(({ operator }) => operator === "not") ?? (minimum > NOT_LEVEL ? nots[0] : undefined);
    if (misplaced !== undefined) report("not-needs-parentheses", misplaced.span);
    const signed = wrap(rest, value, newId);
    return nots.length === 0 ? signed : wrap(nots, readBinary(signed, COMPARISON_LEVEL), newId);
  }

  function readBinary(first: ExpressionNode, minimum: number): ExpressionNode {
    let left = first;
    let previousLevel = 0;
    let isReported = false;
    for (;;) {
      const operator = chain.operators[next];
      const level = operator === undefined ? 0 : LEVELS[operator.operator];
      if (operator === undefined || level < minimum) return left;
      if (level === previousLevel && !isReported && (level === COMPARISON_LEVEL || level === RANGE_LEVEL)) {
        if (level === RANGE_LEVEL) report("chained-range", operator.span);
        else report("chained-comparison", operator.span, left.kind === "Binary" ? left.right : undefined);
        isReported = true;
      }
      previousLevel = level;
      next += 1;
      const right = readBinary(readOperand(level + 1), level + 1);
      const span = { file: left.span.file, start: left.span.start, end: Math.max(right.span.end, left.span.end) };
      left = {
        kind: "Binary",
        span,
        id: newId(),
        operator: operator.operator,
        operatorSpan: operator.span,
        left,
        right,
      };
    }
  }

  return readBinary(readOperand(0), 0);
}

function wrap(
  prefixes: readonly OperatorPiece<"not" | "-">[],
  value: ExpressionNode,
  newId: () => number,
): ExpressionNode {
  let result = value;
  for (let index = prefixes.length - 1; index >= 0; index--) {
    const { operator, span } = prefixes[index]!;
    result = makeNode("Unary", { file: span.file, start: span.start, end: value.span.end }, newId(), {
      operator,
      value: result,
    });
  }
  return result;
}
