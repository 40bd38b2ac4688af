// The projects that `sluice init` writes: file names and texts. Both run at once, with Node as the only thing they need.

export type ProjectFiles = readonly { readonly name: string; readonly text: string }[];

const SETTINGS = `# Settings of this project; all are optional. Described in docs/sluice-yaml.schema.json.
default_profile: laptop

profiles:
  laptop:
    # At most so many tasks at once.
    slots: 4
    # How long a task may take to end when it is stopped.
    grace: 10s
`;

const IGNORED = "# Runs and the cache of sluice\n.sluice/\n";

const WORDS_PIPE = `## Counts the words of some texts, each in a task of its own, and adds the counts up.
## Run it with \`sluice run\`, or with other texts: \`sluice run -p 'texts=["to be", "or not"]'\`.

# On a cluster the tasks run in this image; on this machine they are plain processes.
const NODE = "node:24-alpine"

type Count = { text: String, words: Int }

## One run of count.mjs. It writes its result as JSON to the path \`out\`.
task count_words(text: String) -> Count {
  image NODE
  run ["node", file("count.mjs"), text, out]
  resources { cpu: 0.5, memory: 256Mi }
  retry exit(75) 2 after 1s
  timeout 1min
}

pipeline main(texts: [String] max 100 = ["the quick brown fox", "jumps over", "the lazy dog"]) -> {
  total: Int,
  longest: String?,
} {
  # One task for each text, at most four at a time; the results are in the order of the texts.
  let counts = map text in texts parallel 4 { yield count_words(text) }
  # \`[for …]\` only computes: it starts nothing.
  let longest = first([for c in counts by c.words desc take 1: c.text])
  yield { total: sum([for c in counts: c.words]), longest }
}
`;

const COUNT_SCRIPT = `// Counts the words of a text: node count.mjs TEXT OUT
import { writeFileSync } from "node:fs";

const [text, out] = process.argv.slice(2);
const words = text.split(/\\s+/).filter((word) => word !== "").length;
console.log(\`\${words} words\`);
writeFileSync(out, JSON.stringify({ text, words }));
`;

const SEARCH_PIPE = `## Looks for the best settings of a small model: a grid of settings, one training each, and the best of them with its model file.
## Run it with \`sluice run\`; \`sluice plan\` shows it first.

const NODE = "node:24-alpine"

type Setting = { rate: Float, steps: Int }
type Score = { loss: Float }
type Fit = { setting: Setting, loss: Float, model: File }

resources small { cpu: 1, memory: 512Mi }

## Fits a line to the points of data.csv. Named outputs have a path each.
task train(setting: Setting, data: File) -> { score: Score, model: File } {
  image NODE
  run [
    "node", file("train.mjs"), "--rate", setting.rate, "--steps", setting.steps, "--data", data,
    "--score", out.score, "--model", out.model,
  ]
  resources small
  # More memory after the kernel ended it for memory, and only then.
  retry oom 2 { memory: min(memory * 2, 4Gi) }
  retry exit(75) 2 after 1s..30s
  timeout 10min
}

pipeline search(data: File = file("data.csv")) -> { best: Fit?, failed: Int } {
  let settings = grid({ rate: [0.001, 0.01, 0.1, 5.0], steps: [10, 100, 1000] })
  # The key names each item in logs and on resume. A rate of 5.0 diverges: those items fail, and up
  # to four are tolerated.
  let runs = map s in settings
    key "rate\\(s.rate)-steps\\(s.steps)"
    parallel 4
    tolerate 4
  {
    let fit = train(s, data)
    yield { setting: s, loss: fit.score.loss, model: fit.model }
  }
  check len(runs.ok) > 0, "no setting could be trained"
  let best = first([for r in runs.ok by r.loss take 1: r])
  yield { best, failed: len(runs.failed) }
}
`;

const TRAIN_SCRIPT = `// Fits y = a * x + b to points by gradient descent:
// node train.mjs --rate RATE --steps STEPS --data FILE --score FILE --model FILE
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const text = { type: "string" };
const { values } = parseArgs({ options: { rate: text, steps: text, data: text, score: text, model: text } });
const points = readFileSync(values.data, "utf8").trim().split("\\n").slice(1).map((line) => line.split(",").map(Number));

let a = 0;
let b = 0;
for (let step = 0; step < Number(values.steps); step++) {
  let slopeA = 0;
  let slopeB = 0;
  for (const [x, y] of points) {
    const error = a * x + b - y;
    slopeA += (2 * error * x) / points.length;
    slopeB += (2 * error) / points.length;
  }
  a -= Number(values.rate) * slopeA;
  b -= Number(values.rate) * slopeB;
}

const loss = points.reduce((sum, [x, y]) => sum + (a * x + b - y) ** 2, 0) / points.length;
console.log(\`loss \${loss}\`);
if (!Number.isFinite(loss) || loss > 1e6) {
  console.error("the training diverged: the rate is too high");
  process.exit(1);
}
writeFileSync(values.score, JSON.stringify({ loss }));
writeFileSync(values.model, JSON.stringify({ a, b }));
`;

const POINTS = "x,y\n0,1.1\n0.5,1.9\n1,3.1\n1.5,4.0\n2,4.9\n2.5,6.2\n3,6.9\n";

/** A first project: one task, one map. */
export const SMALL_PROJECT: ProjectFiles = [
  { name: "main.pipe", text: WORDS_PIPE },
  { name: "count.mjs", text: COUNT_SCRIPT },
  { name: "sluice.yaml", text: SETTINGS },
  { name: ".gitignore", text: IGNORED },
];

/** A parameter search with retries, keys and tolerance. */
export const EXAMPLE_PROJECT: ProjectFiles = [
  { name: "main.pipe", text: SEARCH_PIPE },
  { name: "train.mjs", text: TRAIN_SCRIPT },
  { name: "data.csv", text: POINTS },
  { name: "sluice.yaml", text: SETTINGS },
  { name: ".gitignore", text: IGNORED },
];
