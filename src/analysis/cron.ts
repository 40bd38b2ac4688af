// Reads a five-field cron text the way Kubernetes and Argo do. In: the text. Out: what is wrong with it, and where in the text, or the days and
// months at which it comes.
import { suggest } from "../util/suggest.ts";

export interface CronProblem {
  /** A sentence without its full stop. */
  readonly problem: string;
  /** Offsets in the text. */
  readonly start: number;
  readonly end: number;
  /** What to write in the place of that part. */
  readonly instead?: string;
}

export interface CronDays {
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** Whether the days of the week are left open, so that only days of the month count. */
  readonly everyWeekday: boolean;
}

interface Field {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly words?: readonly string[];
}

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const FIELDS: readonly Field[] = [
  { name: "minute", from: 0, to: 59 },
  { name: "hour", from: 0, to: 23 },
  { name: "day of the month", from: 1, to: 31 },
  { name: "month", from: 1, to: 12, words: MONTHS },
  { name: "day of the week", from: 0, to: 6, words: WEEKDAYS },
];
const MACROS: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

/** Either the problems, in order, or the days. */
export function readCron(text: string): { readonly problems: readonly CronProblem[]; readonly days?: CronDays } {
  const whole = { start: 0, end: text.length };
  const trimmed = text.trim();
  if (trimmed === "") return { problems: [{ ...whole, problem: "The schedule is empty; it has five fields" }] };
  if (trimmed.startsWith("@")) return { problems: [{ ...whole, ...macroProblem(trimmed) }] };
  if (/^(CRON_)?TZ=/.test(trimmed)) {
    return {
      problems: [{ ...whole, problem: 'The time zone stands after the schedule: `schedule "…" in "Europe/Berlin"`' }],
    };
  }
  const parts = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], start: match.index }));
  if (parts.length !== FIELDS.length)
    return { problems: [{ ...whole, ...countProblem(parts.map((part) => part.text)) }] };
  const problems: CronProblem[] = [];
  const values = FIELDS.map((field, index) => readField(field, parts[index]!, problems));
  if (problems.length > 0) return { problems };
  const everyWeekday = parts[4]!.text === "*";
  return { problems, days: { days: values[2]!, months: values[3]!, everyWeekday } };
}

function macroProblem(text: string): { problem: string; instead?: string } {
  const instead = MACROS.get(text.toLowerCase());
  if (instead) return { problem: `A schedule is written with five fields, not as \`${text}\``, instead };
  const near = suggest(text, [...MACROS.keys()])[0];
  const fields = near && MACROS.get(near);
  return {
    problem: `A schedule is written with five fields, not as \`${text}\``,
    ...(fields !== undefined && { instead: fields }),
  };
}

function countProblem(parts: readonly string[]): { problem: string; instead?: string } {
  const names = "minute, hour, day of the month, month, day of the week";
  const problem = `A schedule has five fields (${names}), and this has ${parts.length}`;
  if (parts.length === 6 && parts[0] === "0") {
    return { problem: `${problem}: there are no seconds`, instead: parts.slice(1).join(" ") };
  }
  return { problem };
}

/** The values a field stands for; what is wrong goes to `problems`. */
function readField(field: Field, part: { text: string; start: number }, problems: CronProblem[]): Set<number> {
  const values = new Set<number>();
  let start = part.start;
  for (const item of part.text.split(",")) {
    const found = readItem(field, item);
    if (typeof found === "string" || "problem" in found) {
      const told = typeof found === "string" ? { problem: found } : found;
      problems.push({ ...told, start, end: start + item.length });
    } else for (let value = found.from; value <= found.to; value += found.step) values.add(value);
    start += item.length + 1;
  }
  return values;
}

type Item = { readonly from: number; readonly to: number; readonly step: number };

function readItem(field: Field, item: string): Item | string | { problem: string; instead: string } {
  if (item === "") return `The ${field.name} has an empty place between commas`;
  if (item === "?") return { problem: `The ${field.name} is left open with \`*\``, instead: "*" };
  const [range, step, ...more] = item.split("/");
  if (more.length > 0) return `The ${field.name} \`${item}\` has more than one \`/\``;
  const every = step === undefined ? 1 : readNumber(step);
  if (every === undefined || every < 1)
    return `The step of the ${field.name} is a whole number from 1 on, not \`${step}\``;
  if (range === "*") return { from: field.from, to: field.to, step: every };
  const ends = range!.split("-");
  if (ends.length > 2) return `The ${field.name} \`${item}\` is not a number, a range or \`*\``;
  const values: number[] = [];
  for (const end of ends) {
    const value = readValue(field, end);
    if (typeof value !== "number") return value;
    values.push(value);
  }
  const from = values[0]!;
  const to = values[1] ?? (step === undefined ? from : field.to);
  if (from > to) return `The ${field.name} \`${item}\` ends before it begins`;
  return { from, to, step: every };
}

function readValue(field: Field, text: string): number | string | { problem: string; instead: string } {
  const legal = `${field.from} to ${field.to}${field.words ? ` or ${field.words[0]} to ${field.words.at(-1)}` : ""}`;
  const word = field.words?.indexOf(text.toUpperCase()) ?? -1;
  if (word >= 0) return word + field.from;
  const value = readNumber(text);
  if (value === undefined) {
    const near = suggest(text.slice(0, 9), field.words ?? []);
    const problem = `The ${field.name} is ${legal}, not \`${text}\``;
    return near.length === 1 ? { problem, instead: near[0]! } : problem;
  }
  if (field.name === "day of the week" && value === 7) return { problem: "Sunday is day 0 of the week", instead: "0" };
  return value < field.from || value > field.to ? `The ${field.name} is ${legal}, not \`${text}\`` : value;
}

function readNumber(text: string): number | undefined {
  return /^\d{1,4}$/.test(text) ? Number(text) : undefined;
}

/** The first day and month of which none occurs together in any year, as the user wrote them; undefined when some do. */
export function findImpossibleDay(days: CronDays): { day: number; month: string } | undefined {
  if (!days.everyWeekday) return undefined;
  const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const first = Math.min(...days.days);
  for (const month of days.months) if (first <= lengths[month - 1]!) return undefined;
  const names = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ];
  return { day: first, month: names[Math.min(...days.months) - 1]! };
}
