// Writes one self-contained HTML page: a chart of all settings, a table, the best model's weights.
// node report.mjs --results results.json --failures failures.json --model model.json --out page.html
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: Object.fromEntries(["results", "failures", "model", "out"].map((name) => [name, { type: "string" }])),
});
const read = (path) => JSON.parse(readFileSync(path, "utf8"));
const [results, failures, model] = [read(values.results), read(values.failures), read(values.model)];

const ranked = results.toSorted((a, b) => b.accuracy - a.accuracy || a.loss - b.loss);
const percent = (x) => `${(100 * x).toFixed(1)} %`;
const escapeText = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** One bar per setting, best first; the axis runs from 50 % to 100 %. */
function chart() {
  const [left, width, row] = [130, 420, 22];
  const bars = ranked.map((r, i) => {
    const length = Math.max(0, (r.accuracy - 0.5) * 2) * width;
    return `<text x="${left - 8}" y="${i * row + 15}" text-anchor="end">${escapeText(r.setting.id)}</text>
<rect x="${left}" y="${i * row + 3}" width="${length.toFixed(1)}" height="${row - 6}" fill="${i === 0 ? "#2a7" : "#8ab"}"/>
<text x="${(left + length + 6).toFixed(1)}" y="${i * row + 15}">${percent(r.accuracy)}</text>`;
  });
  const size = `viewBox="0 0 ${left + width + 70} ${ranked.length * row}" width="${left + width + 70}"`;
  return `<svg ${size} role="img" aria-label="Accuracy of each setting">\n${bars.join("\n")}\n</svg>`;
}

function table(head, rows) {
  const line = (cells, tag) => `<tr>${cells.map((cell) => `<${tag}>${escapeText(cell)}</${tag}>`).join("")}</tr>`;
  return `<table>\n${[line(head, "th"), ...rows.map((cells) => line(cells, "td"))].join("\n")}\n</table>`;
}

const best = ranked[0];
const lost = failures.length === 0 ? "none" : failures.map((f) => `${f.key} (exit code ${f.exit_code})`).join(", ");
writeFileSync(
  values.out,
  `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Iris: ${percent(best.accuracy)}</title>
<style>body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 46em } svg text { font-size: 12px }
table { border-collapse: collapse } td, th { padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd }</style>
<h1>Iris: ${percent(best.accuracy)} cross-validated</h1>
<p>Best of ${results.length} settings: learning rate ${best.setting.learning_rate}, regularisation
${best.setting.regularisation}, ${best.setting.epochs} epochs. Did not converge: ${escapeText(lost)}.</p>
<h2>Accuracy by setting</h2>
${chart()}
<h2>All settings</h2>
${table(
  ["setting", "accuracy", "loss"],
  ranked.map((r) => [r.setting.id, percent(r.accuracy), r.loss.toFixed(4)]),
)}
<h2>Weights of the final model</h2>
${table(
  ["class", ...model.features, "bias"],
  model.classes.map((name, k) => [name, ...model.weights[k].map((w) => w.toFixed(2))]),
)}
</html>
`,
);
