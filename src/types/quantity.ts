// Sizes and durations as text. Three spellings come in: the language's literals (`16Gi`, `5min`), Kubernetes quantities
// (`16Gi`, `1.5G`, `2e9`) and Go durations (`1h30m`, `300ms`); out go whole bytes and whole milliseconds, or why not.
// One canonical spelling of each goes out.

export type Quantity =
  | { readonly ok: true; readonly value: number }
  /** `problem` completes "`text` …"; `suggestions` are spellings that would be right, best first. */
  | { readonly ok: false; readonly problem: string; readonly suggestions: readonly string[] };

export type QuantityLiteral =
  | { readonly ok: true; readonly kind: "size" | "duration"; readonly value: number }
  | { readonly ok: false; readonly problem: string; readonly suggestions: readonly string[] };

/** Largest first. */
const BINARY = [
  ["Pi", 2 ** 50],
  ["Ti", 2 ** 40],
  ["Gi", 2 ** 30],
  ["Mi", 2 ** 20],
  ["Ki", 2 ** 10],
] as const;
const DECIMAL = [
  ["P", 1e15],
  ["T", 1e12],
  ["G", 1e9],
  ["M", 1e6],
  ["k", 1e3],
] as const;

const LITERAL_SIZES: ReadonlyMap<string, bigint> = new Map(
  [...BINARY, ...DECIMAL].map(([unit, bytes]) => [unit, BigInt(bytes)]),
);
const LITERAL_DURATIONS: ReadonlyMap<string, bigint> = new Map([
  ["ms", 1n],
  ["s", 1_000n],
  ["min", 60_000n],
  ["h", 3_600_000n],
  ["d", 86_400_000n],
]);

/** The units a literal may have, sizes first. */
export const QUANTITY_UNITS: readonly string[] = [
  "Ki",
  "Mi",
  "Gi",
  "Ti",
  "Pi",
  "k",
  "M",
  "G",
  "T",
  "P",
  "ms",
  "s",
  "min",
  "h",
  "d",
];

/** Units of Kubernetes quantities, in thousand-millionths of a byte: `n` is the smallest there is. */
const KUBERNETES_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["n", 1n],
  ["u", 10n ** 3n],
  ["m", 10n ** 6n],
  ["", 10n ** 9n],
  ["k", 10n ** 12n],
  ["M", 10n ** 15n],
  ["G", 10n ** 18n],
  ["T", 10n ** 21n],
  ["P", 10n ** 24n],
  ["E", 10n ** 27n],
  ...["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"].map((unit, power) => [unit, 10n ** 9n * 1024n ** BigInt(power + 1)] as const),
]);

/** In nanoseconds. */
const GO_UNITS: ReadonlyMap<string, bigint> = new Map([
  ["ns", 1n],
  ["us", 1_000n],
  ["µs", 1_000n],
  ["μs", 1_000n],
  ["ms", 1_000_000n],
  ["s", 1_000_000_000n],
  ["m", 60_000_000_000n],
  ["h", 3_600_000_000_000n],
]);

const MEANT_SIZES: ReadonlyMap<string, readonly string[]> = new Map([
  ...["k", "m", "g", "t", "p"].flatMap((letter) => {
    const decimal = letter === "k" ? "k" : letter.toUpperCase();
    const binary = `${letter.toUpperCase()}i`;
    return [
      [letter, [decimal, binary]],
      [`${letter}b`, [decimal, binary]],
      [`${letter}ib`, [binary]],
      [`${letter}i`, [binary]],
    ] as [string, readonly string[]][];
  }),
]);
const MEANT_DURATIONS: ReadonlyMap<string, string> = new Map([
  ...["msec", "msecs", "millis", "millisecond", "milliseconds"].map((word) => [word, "ms"] as const),
  ...["sec", "secs", "second", "seconds"].map((word) => [word, "s"] as const),
  ...["mins", "minute", "minutes"].map((word) => [word, "min"] as const),
  ...["hr", "hrs", "hour", "hours"].map((word) => [word, "h"] as const),
  ...["day", "days"].map((word) => [word, "d"] as const),
]);

/**
 * A literal of the language: a number (digits may be grouped by `_`) directly followed by letters, such as `16Gi` or
 * `5min`.
 */
export function parseQuantityLiteral(text: string): QuantityLiteral {
  const match = /^(\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d[\d_]*)?)([A-Za-z]\w*)$/.exec(text);
  if (match === null) return { ok: false, problem: "is not a number with a unit", suggestions: [] };
  const digits = match[1]!;
  const unit = match[2]!;
  const bytes = LITERAL_SIZES.get(unit);
  const milliseconds = LITERAL_DURATIONS.get(unit);
  const number = digits.replaceAll("_", "");
  if (bytes !== undefined) return literal("size", scale(number, bytes, 1n), unit, number, "bytes");
  if (milliseconds !== undefined)
    return literal("duration", scale(number, milliseconds, 1n), unit, number, "milliseconds");
  if (unit === "m") {
    const thousandth = Number(number) / 1000;
    return {
      ok: false,
      problem: "has the unit `m`, which means thousandths to some and minutes to others",
      suggestions: [String(thousandth), `${digits}min`],
    };
  }
  const units = "sizes take `Ki Mi Gi Ti Pi k M G T P`, durations `ms s min h d`";
  const problem = `has the unknown unit \`${unit}\`; ${units}`;
  return { ok: false, problem, suggestions: meantUnits(unit).map((right) => digits + right) };
}

function literal(
  kind: "size" | "duration",
  scaled: Scaled,
  unit: string,
  number: string,
  whole: string,
): QuantityLiteral {
  if (scaled.ok) return { ok: true, kind, value: scaled.value };
  const suggestions = scaled.reason === "fraction" ? smallerUnits(kind, number, unit) : [];
  return { ok: false, problem: scaled.reason === "range" ? outOfRange(whole) : notWhole(whole), suggestions };
}

/** What a unit of another language stands for here, best first. */
function meantUnits(unit: string): readonly string[] {
  const lower = unit.toLowerCase();
  if (LITERAL_DURATIONS.has(lower)) return [lower];
  const duration = MEANT_DURATIONS.get(lower);
  return duration === undefined ? (MEANT_SIZES.get(lower) ?? []) : [duration];
}

/** The amount rounded up in the first smaller unit that leaves at least three digits. */
function smallerUnits(kind: "size" | "duration", number: string, unit: string): string[] {
  const units = kind === "size" ? [...LITERAL_SIZES] : [...LITERAL_DURATIONS].reverse();
  const family = kind === "size" ? units.filter(([name]) => name.endsWith("i") === unit.endsWith("i")) : units;
  const own = family.find(([name]) => name === unit)![1];
  for (const [name, amount] of family) {
    const count = Math.ceil((Number(number) * Number(own)) / Number(amount));
    if (amount < own && count >= 100) return [`${count}${name}`];
  }
  return [];
}

/** A Kubernetes quantity as bytes: `16Gi`, `1.5G`, `2e9`, `1000m`; it must come to whole bytes. */
export function parseSize(text: string): Quantity {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$/.exec(text);
  if (match === null)
    return { ok: false, problem: "is not a size such as `16Gi`, `500M` or `4096`", suggestions: meantSizes(text) };
  const suffix = match[2] ?? "";
  const unit = KUBERNETES_UNITS.get(suffix);
  const scaled = unit === undefined ? scale(match[1]! + suffix, 1n, 1n) : scale(match[1]!, unit, 10n ** 9n);
  if (scaled.ok) return scaled;
  return { ok: false, problem: scaled.reason === "range" ? outOfRange("bytes") : notWhole("bytes"), suggestions: [] };
}

function meantSizes(text: string): string[] {
  const match = /^([+-]?\d+(?:\.\d+)?) ?([A-Za-z]+)$/.exec(text.trim());
  if (match === null) return [];
  const number = match[1]!;
  const unit = match[2]!;
  if (KUBERNETES_UNITS.has(unit)) return [number + unit];
  if (/^(b|bytes?)$/i.test(unit)) return [number];
  return (MEANT_SIZES.get(unit.toLowerCase()) ?? []).map((right) => number + right);
}

/**
 * A Go duration as milliseconds: `1h30m`, `1.5h`, `300ms`, `0`, where `m` is minutes; it must come to whole
 * milliseconds.
 */
export function parseDuration(text: string): Quantity {
  const sign = text.startsWith("-") ? -1n : 1n;
  const body = text.replace(/^[+-]/, "");
  if (body === "0") return { ok: true, value: 0 };
  if (body.length > MOST_DIGITS) return { ok: false, problem: outOfRange("milliseconds"), suggestions: [] };
  const parts = [...body.matchAll(/(\d+(?:\.\d*)?|\.\d+)([^\d.]+)/g)];
  const units = parts.map((part) => GO_UNITS.get(part[2]!));
  if (body === "" || parts.map((part) => part[0]).join("") !== body || units.includes(undefined)) {
    return {
      ok: false,
      problem: "is not a duration such as `1h30m`, `90s` or `300ms`",
      suggestions: meantDurations(body, sign < 0n),
    };
  }
  // All parts over one denominator, so that `0.5ms0.5ms` is one whole millisecond.
  const places = Math.max(...parts.map((part) => decimals(part[1]!)));
  const total = parts.reduce((sum, part, i) => sum + shiftDecimals(part[1]!, places) * units[i]!, 0n);
  const scaled = divide(sign * total, 10n ** BigInt(places) * 1_000_000n);
  if (scaled.ok) return scaled;
  return {
    ok: false,
    problem: scaled.reason === "range" ? outOfRange("milliseconds") : notWhole("milliseconds"),
    suggestions: [],
  };
}

function meantDurations(body: string, negative: boolean): string[] {
  const match = /^(\d+(?:\.\d+)?) ?([A-Za-z]*)$/.exec(body.trim());
  if (match === null) return [];
  const number = match[1]!;
  const unit = match[2] === "" ? "s" : match[2]!.toLowerCase();
  const right = LITERAL_DURATIONS.has(unit) ? unit : MEANT_DURATIONS.get(unit);
  if (right === undefined) return [];
  const text = right === "min" ? `${number}m` : right === "d" ? `${Number(number) * 24}h` : number + right;
  return [negative ? `-${text}` : text];
}

/** Bytes in the shortest spelling, `16Gi`, `500M`, `4097`: binary and decimal units that divide them, binary where both are as short. */
export function printSize(bytes: number): string {
  if (bytes === 0) return "0";
  const spellings = [BINARY, DECIMAL].flatMap((units) => {
    const unit = units.find(([, size]) => bytes % size === 0);
    return unit === undefined ? [] : [`${bytes / unit[1]}${unit[0]}`];
  });
  return [...spellings, String(bytes)].reduce((best, spelling) => (spelling.length < best.length ? spelling : best));
}

/** Milliseconds as Go prints them: `1h30m0s`, `2m0s`, `1.5s`, `300ms`, `0s`. */
export function printDuration(milliseconds: number): string {
  if (milliseconds === 0) return "0s";
  if (milliseconds < 0) return `-${printDuration(-milliseconds)}`;
  if (milliseconds < 1000) return `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const rest = milliseconds % 60_000;
  const fraction =
    rest % 1000 === 0
      ? ""
      : `.${String(rest % 1000)
          .padStart(3, "0")
          .replace(/0+$/, "")}`;
  const seconds = `${Math.floor(rest / 1000)}${fraction}s`;
  return hours > 0 ? `${hours}h${minutes}m${seconds}` : minutes > 0 ? `${minutes}m${seconds}` : seconds;
}

type Scaled =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: "fraction" | "range" };

/** More digits or a larger exponent than this is out of range or not whole, whatever the unit. */
const MOST_DIGITS = 400;

/** `number` (decimal, perhaps with fraction and exponent) times multiplier / divisor, exactly. */
function scale(number: string, multiplier: bigint, divisor: bigint): Scaled {
  if (divisor === 1n && /^\d{1,15}$/.test(number)) {
    // What doubles count exactly needs no long arithmetic.
    const value = Number(number) * Number(multiplier);
    if (Number.isSafeInteger(value)) return { ok: true, value };
  }
  const [mantissa = "", exponentText = "0"] = number.split(/[eE]/);
  const zero = !/[1-9]/.test(mantissa);
  const exponent = zero ? 0 : Number(exponentText);
  if (mantissa.length > MOST_DIGITS || exponent > MOST_DIGITS) return { ok: false, reason: "range" };
  if (exponent < -MOST_DIGITS) return { ok: false, reason: "fraction" };
  const places = decimals(mantissa);
  const whole = shiftDecimals(mantissa, places) * multiplier * 10n ** BigInt(Math.max(exponent, 0));
  return divide(whole, divisor * 10n ** BigInt(places + Math.max(-exponent, 0)));
}

function divide(dividend: bigint, divisor: bigint): Scaled {
  const value = dividend / divisor;
  if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < -BigInt(Number.MAX_SAFE_INTEGER))
    return { ok: false, reason: "range" };
  return dividend % divisor === 0n ? { ok: true, value: Number(value) } : { ok: false, reason: "fraction" };
}

function decimals(number: string): number {
  const point = number.indexOf(".");
  return point < 0 ? 0 : number.length - point - 1;
}

/** The digits of a number as an integer of `places` decimals. */
function shiftDecimals(number: string, places: number): bigint {
  const digits = number.replace(".", "").replace(/^\+/, "") + "0".repeat(places - decimals(number));
  return digits === "" || digits === "-" ? 0n : BigInt(digits);
}

function outOfRange(unit: string): string {
  return `is out of range: at most ±(2^53−1) ${unit}`;
}

function notWhole(unit: string): string {
  return `is not a whole number of ${unit}`;
}
