// How each declaration, statement and type is laid out. Expressions are in `layout-expression.ts`.
import type { DeclarationNode, FieldNode, PipelineNode, TaskNode, TaskStatementNode, TypeNode } from "../syntax/ast.ts";
import { assertNever } from "../util/assert-never.ts";
import { concat, type Doc, group, hardLine, indent, join, line } from "./doc.ts";
import { type Context, layoutExpression, layoutName, layoutBlock, layoutType, layoutStatementLines, sourceOf, bracketed } from "./layout-expression.ts";
