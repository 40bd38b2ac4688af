// `npm test`: sets up, then checks types, style and dead code, then runs the tests. The last line counts: `N passed, N failed`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readReport } from "./read-report.mjs";
import { run, setUp } from "./set-up.mjs";

setUp();
const checks = [
  ["types", "tsc", ["--project", "."]],
  ["style", "biome", ["check"]],
  ["dead code", "knip", []],
];
const failed = checks.filter(([name, command, args]) => {
  const code = run(command, args);
  console.log(`${name}: ${code === 0 ? "ok" : "failed"}`);
  return code !== 0;
});

const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
const file = join(folder, "report.json");
const code = run("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${file}`,
  ...process.argv.slice(2),
]);
const report = readReport(file);
rmSync(folder, { recursive: true, force: true });
const passed = checks.length - failed.length + report.passed;
const broken = failed.length + (code !== 0 ? Math.max(report.failed, 1) : report.failed);
console.log(`${passed} passed, ${broken} failed`);
process.exit(broken === 0 ? 0 : 1);
