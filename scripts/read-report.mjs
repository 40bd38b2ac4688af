// What a JSON report of vitest says, in three numbers. A file that could not even be loaded has no tests to count: one failure.
import { readFileSync } from "node:fs";

/** `{ passed, failed, skipped }` of a report file; one failure and a message when there is none. */
export function readReport(path) {
  try {
    const report = JSON.parse(readFileSync(path, "utf8"));
    const unloaded = report.testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    return {
      passed: report.numPassedTests,
      failed: report.numFailedTests + unloaded.length,
      skipped: report.numPendingTests + report.numTodoTests,
    };
  } catch (error) {
    console.error(`there is no test report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
