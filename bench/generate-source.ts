// Makes programs of a given number of tasks for measurements: each task with parameters, outputs, resources, retries, and a pipeline that
// calls them all, every tenth of them in a map.

/** A program of `count` tasks, about 180 bytes of source each. */
export function generateSource(count: number): string {
  const lines: string[] = [
    "type Item = { id: String, weight: Float, note: String? }",
    "resources small { cpu: 1, memory: 2Gi }",
    "",
  ];
  for (let at = 0; at < count; at++) {
    lines.push(
      `task step_${at}(item: Item) -> { score: Float } {`,
      `  image "acme/work:1.${at}"`,
      '  run ["work", item.id, out.score]',
      "  resources small",
      "}",
    );
  }
  lines.push(
    "pipeline main() -> { total: Float } {",
    '  let items = [{ id: "a", weight: 1, note: null }, { id: "b", weight: 2, note: "x" }]',
  );
  const sums: string[] = [];
  for (let at = 0; at < count; at++) {
    if (at % 10 === 0) {
      lines.push(`  let m${at} = map x in items key x.id { yield step_${at}(x).score }`);
      sums.push(`sum(m${at})`);
    } else {
      lines.push(`  let v${at} = step_${at}({ id: "i${at}", weight: ${at} }).score`);
      sums.push(`v${at}`);
    }
  }
  lines.push(`  yield { total: sum([${sums.join(", ")}]) }`, "}", "");
  return lines.join("\n");
}
