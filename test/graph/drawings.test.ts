import { expect, test } from "vitest";
import { buildGraph, type GraphGroup, type GraphItem, isCluster } from "../../src/graph/build-graph.ts";
import { toDot } from "../../src/graph/dot.ts";
import { toMermaid } from "../../src/graph/mermaid.ts";
import { toSvg } from "../../src/graph/svg.ts";
import { planOf, TASKS } from "../plan/plan-of.ts";
import { SWEEP, TANGLED } from "../plan/programs.ts";

const HOSTILE = planOf(`${TASKS}pipeline p(s: String) {
  let x = if s == "</text><script>\\u{1}]]>\\"'\`#quot;\\\\" { yield work({ name: s }) }
  check s != "a\\nb|{c}[d](e)<f>&amp;" , "no"
  do note("\\(x ?? 0)")
}`);

/** The labels of a group with those inside, and its edges by label. */
function outline({ items, edges }: GraphGroup): unknown[] {
  const labels = new Map(items.map((item) => [item.id, item.label]));
  const name = (item: GraphItem) => (isCluster(item) ? [item.label, outline(item.group)] : item.label);
  return [
    ...items.map(name),
    ...edges.map((edge) => `${labels.get(edge.from)} ${edge.kind === "data" ? "→" : "⇢"} ${labels.get(edge.to)}`),
  ];
}

test("a graph has the nodes of the plan, maps as clusters, and what goes from where to where", () => {
  expect(outline(buildGraph(planOf(SWEEP)).group)).toEqual([
    "experiments",
    ["runs: map e in experiments", ["train"]],
    "check",
    "best",
    "result",
    "experiments → runs: map e in experiments",
    "runs: map e in experiments → check",
    "runs: map e in experiments → best",
    "check ⇢ best",
    "best → result",
  ]);
});

test("branches are clusters, `after` and `finally` are other edges than data", () => {
  const plan = planOf(`${TASKS}pipeline p(n: Int) {
    let a = load()
    let b = if n > 1 { yield work({ name: "x" }) } else { yield 0 }
    do note("\\(b)") after a
  } finally { do note("end") }`);
  expect(outline(buildGraph(plan).group)).toEqual([
    "a",
    [
      "b: if n > 1",
      [
        ["then", ["work"]],
        ["else", []],
      ],
    ],
    "note",
    ["finally", ["note_2"]],
    "a ⇢ note",
    "b: if n > 1 → note",
    "note ⇢ finally",
  ]);
});

test("called pipelines are drawn once, beside", () => {
  const labels = buildGraph(planOf(TANGLED, {}, "main_one")).group.items.map((item) => item.label);
  expect(labels.filter((label) => label === "pipeline prep")).toHaveLength(1);
});

test("every edge joins two things of its group", () => {
  const visit = (group: GraphGroup): void => {
    const ids = new Set(group.items.map((item) => item.id));
    for (const edge of group.edges) expect([ids.has(edge.from), ids.has(edge.to)]).toEqual([true, true]);
    for (const item of group.items) if (isCluster(item)) visit(item.group);
  };
  visit(buildGraph(planOf(TANGLED, {}, "main_one")).group);
});

test("the SVG is well-formed XML without anything from elsewhere", () => {
  for (const plan of [planOf(SWEEP), planOf(TANGLED, {}, "main_one"), HOSTILE]) {
    const svg = toSvg(plan);
    const open: string[] = [];
    for (const [tag, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s[^<>]*?)?(\/?)>/gi)) {
      if (self === "/") continue;
      if (close === "/") expect(open.pop(), tag).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg.replace(/<[^<>]*>/g, "")).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#39);)/);
    expect(svg).not.toMatch(/<script|href|url\((?!#head\))|NaN|(?!\n)\p{Cc}/u);
    expect(svg.match(/https?:[^"]*/g)).toEqual(["http://www.w3.org/2000/svg"]);
  }
});

test("labels of the SVG say what the program says", () => {
  const svg = toSvg(planOf(SWEEP));
  for (const text of [
    "pipeline hp_sweep",
    "runs: map e in experiments",
    "at most 200 items, 8 at once",
    "cpu 4, memory 16Gi, gpu 1",
    "len(runs) &gt; 0",
  ]) {
    expect(svg).toContain(`>${text}</text>`);
  }
});

test("strings of the DOT file end where they should", () => {
  for (const plan of [planOf(SWEEP), planOf(TANGLED, {}, "main_one"), HOSTILE]) {
    const bare = toDot(plan).replace(/"(?:[^"\\]|\\.)*"/g, "S");
    expect(bare).not.toMatch(/["\\<|]/);
    expect(bare.split("{").length).toBe(bare.split("}").length);
  }
});

test("edges of clusters in the DOT file are cut at their borders", () => {
  expect(toDot(planOf(SWEEP))).toMatch(/n1 -> n2 \[lhead=cluster_n3\];/);
});

test("labels of the Mermaid chart hold no character with a meaning of its own", () => {
  for (const plan of [planOf(SWEEP), planOf(TANGLED, {}, "main_one"), HOSTILE]) {
    const labels = [...toMermaid(plan).matchAll(/[[({]"(.*)"[\])}]/g)].map((match) =>
      match[1]!.replaceAll("<br/>", ""),
    );
    expect(labels.length).toBeGreaterThan(0);
    for (const label of labels) expect(label.replace(/#\d+;/g, "")).toMatch(/^[A-Za-z0-9 .,:()=_+/-]*$/);
  }
});

test("subgraphs of the Mermaid chart are closed", () => {
  const lines = toMermaid(planOf(TANGLED, {}, "main_one"))
    .split("\n")
    .map((line) => line.trim());
  expect(lines.filter((line) => line.startsWith("subgraph ")).length).toBe(
    lines.filter((line) => line === "end").length,
  );
  expect(lines.filter((line) => line.includes("-.->")).length).toBeGreaterThan(0);
});
