// Multinomial logistic regression by gradient descent, on standardised features; the same numbers on every machine.
// node train.mjs validate --data D --setting JSON --seed N --folds N --out score.json    (exits with 3 when it diverges)
// node train.mjs fit      --data D --setting JSON --out model.json
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: Object.fromEntries(["data", "setting", "seed", "folds", "out"].map((name) => [name, { type: "string" }])),
});
const setting = JSON.parse(given.setting);
const { header, rows, classes } = readTable(given.data);
const answer = positionals[0] === "fit" ? fit() : validate(Number(given.seed), Number(given.folds));
writeFileSync(given.out, JSON.stringify(answer));

/** Means over the folds of a stratified cross-validation: each part is tested by a model trained on the others. */
function validate(seed, folds) {
  const parts = split(rows, folds, seed);
  const scores = parts.map((test, part) => score(train(parts.filter((_, i) => i !== part).flat()), test));
  const mean = (name) => scores.reduce((sum, s) => sum + s[name], 0) / scores.length;
  console.log(`accuracy ${mean("accuracy").toFixed(4)}, loss ${mean("loss").toFixed(4)}`);
  return { accuracy: mean("accuracy"), loss: mean("loss") };
}

function fit() {
  const model = train(rows);
  const { accuracy } = score(model, rows);
  console.log(`accuracy on the training data ${accuracy.toFixed(4)}`);
  return { features: header.slice(0, -1), classes, ...model, training_accuracy: accuracy };
}

function train(rows) {
  const width = rows[0].x.length;
  const means = columns(width, (j) => rows.reduce((sum, r) => sum + r.x[j], 0) / rows.length);
  const scales = columns(width, (j) => Math.sqrt(rows.reduce((s, r) => s + (r.x[j] - means[j]) ** 2, 0) / rows.length));
  const model = { means, scales, weights: classes.map(() => new Array(width + 1).fill(0)) };
  const inputs = rows.map((row) => standardise(model, row.x));
  for (let epoch = 0; epoch < setting.epochs; epoch++) {
    const gradient = model.weights.map((w) => w.map((v, j) => (j < width ? setting.regularisation * v : 0)));
    for (const [i, row] of rows.entries()) {
      for (const [k, value] of probabilities(model.weights, inputs[i]).entries()) {
        const error = (value - (k === row.y ? 1 : 0)) / rows.length;
        for (let j = 0; j <= width; j++) gradient[k][j] += error * inputs[i][j];
      }
    }
    for (const [k, w] of model.weights.entries()) {
      for (let j = 0; j <= width; j++) w[j] -= setting.learning_rate * gradient[k][j];
    }
    if (model.weights.some((w) => w.some((value) => Math.abs(value) > 1e6))) {
      console.error(`diverged in epoch ${epoch + 1}: a weight is beyond one million`);
      process.exit(3);
    }
  }
  return model;
}

/** Share of right answers, and mean negative log likelihood. */
function score(model, rows) {
  const all = rows.map((row) => ({ row, p: probabilities(model.weights, standardise(model, row.x)) }));
  const right = all.filter(({ row, p }) => p.indexOf(Math.max(...p)) === row.y).length;
  const loss = all.reduce((sum, { row, p }) => sum - Math.log(Math.max(p[row.y], 1e-12)), 0) / rows.length;
  return { accuracy: right / rows.length, loss };
}

function standardise({ means, scales }, x) {
  return [...x.map((value, j) => (value - means[j]) / scales[j]), 1];
}

function probabilities(weights, x) {
  const p = weights.map((w) => {
    let sum = 0;
    for (let j = 0; j < x.length; j++) sum += w[j] * x[j];
    return sum;
  });
  const highest = Math.max(...p);
  let total = 0;
  for (let k = 0; k < p.length; k++) {
    p[k] = Math.exp(p[k] - highest);
    total += p[k];
  }
  for (let k = 0; k < p.length; k++) p[k] /= total;
  return p;
}

/** Deals the rows of each class, shuffled by the seed, to the parts in turn. */
function split(rows, folds, seed) {
  const random = randomNumbers(seed);
  const parts = Array.from({ length: folds }, () => []);
  for (const y of classes.keys()) {
    const members = rows.filter((row) => row.y === y);
    for (let i = members.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [members[i], members[j]] = [members[j], members[i]];
    }
    for (const [i, row] of members.entries()) parts[i % folds].push(row);
  }
  return parts;
}

/** Mulberry32: numbers in [0, 1) that depend on the seed alone. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function readTable(path) {
  const [header, ...lines] = readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split(","));
  const classes = [...new Set(lines.map((line) => line.at(-1)))].sort();
  const rows = lines.map((line) => ({ x: line.slice(0, -1).map(Number), y: classes.indexOf(line.at(-1)) }));
  return { header, rows, classes };
}

function columns(count, value) {
  return Array.from({ length: count }, (_, j) => value(j));
}
