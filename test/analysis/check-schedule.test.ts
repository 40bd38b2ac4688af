import fc from "fast-check";
import { expect, test } from "vitest";
import { findImpossibleDay, readCron } from "../../src/analysis/cron.ts";
import { applyFix, findings, onlyDiagnostic } from "../harness/check-source.ts";

const scheduled = (cron: string, zone?: string) =>
  `pipeline nightly() schedule "${cron}"${zone === undefined ? "" : ` in "${zone}"`} {}`;

test.each([
  "0 3 * * *",
  "*/15 9-17 * * MON-FRI",
  "5,35 0 1,15 JAN-MAR,oct *",
  "0 0 29 2 *",
  "0 0 31 2 mon",
  "59 23 31 12 6",
  "10/20 * * * *",
])("accepts %s", (cron) => {
  expect(findings(scheduled(cron))).toEqual([]);
});

test.each([
  ["60 * * * *", "60", "The minute is 0 to 59"],
  ["0 24 * * *", "24", "The hour is 0 to 23"],
  ["0 0 0 * *", "0", "The day of the month is 1 to 31"],
  ["0 0 * 13 *", "13", "The month is 1 to 12 or JAN to DEC"],
  ["0 0 * * 8", "8", "The day of the week is 0 to 6 or SUN to SAT"],
  ["0 0 * * 7", "7", "Sunday is day 0"],
  ["0 0 * * L", "L", "The day of the week is"],
  ["0 0 ? * *", "?", "left open with `*`"],
  ["*/0 * * * *", "*/0", "The step of the minute"],
  ["1/2/3 * * * *", "1/2/3", "more than one `/`"],
  ["0 17-9 * * *", "17-9", "ends before it begins"],
  ["0 1-2-3 * * *", "1-2-3", "is not a number, a range or `*`"],
  ["1,,2 * * * *", '"1,,2 * * * *"', "an empty place"],
  ["-1 * * * *", "-1", "The minute is 0 to 59"],
  ["0 3 * *", "0 3 * *", "and this has 4"],
  ["0 0 3 * * *", "0 0 3 * * *", "there are no seconds"],
  ["@daily", "@daily", "`0 0 * * *`"],
  ["", '""', "is empty"],
  ["TZ=UTC 0 3 * * *", "TZ=UTC 0 3 * * *", "stands after the schedule"],
])("names the field that is wrong in `%s`", (cron, marked, part) => {
  const text = scheduled(cron);
  expect(findings(text)).toEqual([`bad-schedule: ${marked}`]);
  expect(onlyDiagnostic(text).message).toContain(part);
});

test.each(["@daily", "@weekly", "0 0 3 * * *", "0 0 * * 7", "0 0 ? * *"])(
  "the fix of `%s` gives a schedule",
  (cron) => {
    const text = scheduled(cron);
    expect(findings(applyFix(text, onlyDiagnostic(text)))).toEqual([]);
  },
);

test.each([
  ["0 3 31 2 *", "day 31 in February"],
  ["0 3 31 4,6 *", "day 31 in April"],
  ["0 3 30-31 FEB *", "day 30 in February"],
])("`%s` never comes", (cron, part) => {
  const found = onlyDiagnostic(scheduled(cron));
  expect([found.code, found.message]).toEqual(["schedule-never-runs", expect.stringContaining(part)]);
});

test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "US/Pacific", "Etc/GMT+3"])(
  "%s is a time zone",
  (zone) => {
    expect(findings(scheduled("0 3 * * *", zone))).toEqual([]);
  },
);

test.each([
  ["europe/berlin", "`Europe/Berlin`"],
  ["Berlin", "`Europe/Berlin`"],
  ["Europe/Berlim", "`Europe/Berlin`"],
  ["+02:00", "no time zone"],
  ["CEST", "no time zone"],
  ["utc", "`UTC`"],
])("%s is no time zone", (zone, part) => {
  const found = onlyDiagnostic(scheduled("0 3 * * *", zone));
  expect([found.code, found.message]).toEqual(["bad-time-zone", expect.stringContaining(part)]);
});

test("the one near time zone is put in its place", () => {
  const text = scheduled("0 3 * * *", "berlin");
  expect(applyFix(text, onlyDiagnostic(text))).toBe(scheduled("0 3 * * *", "Europe/Berlin"));
});

test("a scheduled pipeline names each parameter without a default", () => {
  const text = 'pipeline p(a: Int, b: Int = 1, c: Int) schedule "0 3 * * *" {\n  check a + b + c > 0\n}';
  expect(onlyDiagnostic(text).message).toContain("`a` and `c`");
});

test("any text is a schedule or has a problem inside it", () => {
  const texts = fc.oneof(
    fc.string(),
    fc
      .array(fc.constantFrom("*", "1", "-", "/", ",", " ", "7", "31", "MON", "@daily", "?"), { maxLength: 20 })
      .map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const { problems, days } = readCron(text);
      if (days) findImpossibleDay(days);
      return days !== undefined
        ? problems.length === 0
        : problems.every((problem) => problem.start >= 0 && problem.end <= text.length);
    }),
  );
});
