import { expect, test } from "vitest";
import { loadProgram } from "../../src/analysis/load-program.ts";
import { createNodeTable } from "../../src/analysis/node-table.ts";
import type { SyntaxNode } from "../../src/syntax/ast.ts";
import { walk } from "../../src/syntax/children.ts";
import { createMemoryHost } from "../harness/memory-host.ts";

test("nodes of different files are told apart, and the last fact about each is kept", () => {
  const host = createMemoryHost({
    "main.pipe": 'import { A } from "other.pipe"\nconst B = A',
    "other.pipe": "const A = [1, 2]",
  });
  const { value: program } = loadProgram("main.pipe", host);
  const table = createNodeTable<SyntaxNode, string>(program.nodeCount);
  const nodes: SyntaxNode[] = [];
  for (const { file } of program.modules) walk(file, (node) => nodes.push(node));
  for (const node of nodes) table.set(node, "before");
  for (const node of nodes) table.set(node, `${node.span.file} ${node.kind} ${node.span.start}`);
  for (const node of nodes) {
    expect(table.get(node)).toBe(`${node.span.file} ${node.kind} ${node.span.start}`);
    expect(node.id).toBeLessThan(program.nodeCount);
  }
});

test("nothing is known about a node of which nothing was noted", () => {
  const { value: program } = loadProgram("main.pipe", createMemoryHost({ "main.pipe": "const A = 1" }));
  expect(createNodeTable<SyntaxNode, string>(program.nodeCount).get(program.modules[0]!.file)).toBeUndefined();
});
