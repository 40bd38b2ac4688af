// `npm test`: sets up, then checks types, style and dead code, then runs the tests. The last line counts: `N passed, N failed`.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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
const report = join(folder, "report.json");
const code = run("vitest", [
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...process.argv.slice(2),
]);
let passed = checks.length - failed.length;
let broken = failed.length;
try {
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  passed += numPassedTests;
  // A file that could not even be loaded has no tests to count.
  broken +=
    numFailedTests +
    testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
} catch (error) {
  console.error(`there is no test report: ${error.message}`);
  broken += 1;
}
rmSync(folder, { recursive: true, force: true });
if (code !== 0 && broken === 0) broken = 1;
console.log(`${passed} passed, ${broken} failed`);
process.exit(broken === 0 ? 0 : 1);
