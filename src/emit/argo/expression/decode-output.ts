// Data from outside comes in as text (a task's output, a parameter of the Workflow); out goes an expr-lang text that gives its value, or
// fails with a sentence. It keeps to `decode.ts`, but for what Go's JSON does not show: `1.0` passes for an Int, a key given twice for its last.
import { partialFields } from "../../../types/encode.ts";
import { printType } from "../../../types/print.ts";
import type { RecordField, Type } from "../../../types/type.ts";
import { assertNever } from "../../../util/assert-never.ts";
import { QUANTITY_UNITS } from "./amount-units.ts";
import { once } from "./encode-text.ts";
import { printLiteral, printNumber, quoteText } from "./literal.ts";

/**
 * The value of an output or parameter: a top-level String, File or Dir is the text itself (the executor has taken the
 * one line break off its end), all else JSON.
 */
export function decodeOutput(text: string, type: Type): string {
  if (type.kind === "string" || type.kind === "file" || type.kind === "dir") return text;
  return decodeData(`fromJSON(${text})`, type);
}

/** The value of parsed JSON data. */
export function decodeData(data: string, type: Type): string {
  return once(data, (self) => decode(self, type, "$"));
}

function decode(self: string, type: Type, path: string): string {
  const wrong = `sprig.fail(${quoteText(`${path}: expected ${printType(type)}`)})`;
  const when = (test: string, value: string) => `(${test} ? ${value} : ${wrong})`;
  switch (type.kind) {
    case "int":
      return when(isWhole(self), `${self} + 0.0`);
    case "float":
      return when(`type(${self}) == "float"`, `${self} + 0.0`);
    case "bool":
      return when(`type(${self}) == "bool"`, self);
    case "string":
      return when(`type(${self}) == "string"`, self);
    case "file":
    case "dir":
      return when(`type(${self}) == "string" && ${self} != "" && not (${self} contains "\\x00")`, self);
    case "enum":
      return when(`${self} in [${type.members.map(quoteText).join(", ")}][:]`, self);
    case "size":
      return `(${isWhole(self)} ? ${self} + 0.0 : type(${self}) == "string" && ${self} matches ${quoteText(SIZE_PATTERN)} ? ${sizeOf(self, wrong)} : ${wrong})`;
    case "duration":
      return when(
        `type(${self}) == "string" && ${self} matches ${quoteText(DURATION_PATTERN)} && not (${self} matches "[.][0-9]{6}[0-9]*[1-9]")`,
        durationOf(self, wrong),
      );
    case "optional":
      return `(${self} == nil ? nil : ${decode(self, type.inner, path)})`;
    case "list": {
      const short = type.max === undefined ? "" : ` && len(${self}) <= ${type.max}`;
      return when(`type(${self}) == "array"${short}`, `map(${self}, ${decode("#", type.element, `${path}[…]`)})`);
    }
    case "record":
      return when(`type(${self}) == "map"`, decodeFields(self, type.fields, path));
    case "partial":
      return when(`type(${self}) == "map"`, decodeFields(self, partialFields(type.element), path));
    case "null":
    case "none":
      return when(`${self} == nil`, "nil");
    case "secret":
    case "never":
    case "error":
      return wrong;
    default:
      return assertNever(type);
  }
}

function decodeFields(self: string, fields: readonly RecordField[], path: string): string {
  const entries = fields.map(({ name, type, default: standard }) => {
    const value = decode(`${self}.${name}`, type, `${path}.${name}`);
    const filled =
      standard === undefined ? value : `(${quoteText(name)} in ${self} ? ${value} : ${printLiteral(standard)})`;
    return `${quoteText(name)}: ${filled}`;
  });
  return `{${entries.join(", ")}}`;
}

const MOST = printNumber(Number.MAX_SAFE_INTEGER);

function isWhole(self: string): string {
  return `type(${self}) == "float" && ${self} == floor(${self}) && abs(${self}) <= ${MOST}`;
}

// At most 16 digits, so that a double holds what is written.
const SIZE_PATTERN = "^[+-]?[0-9]{0,16}[.]?[0-9]{0,16}([numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]{1,3})?$";
const DURATION_PATTERN = "^[+-]?(0|([0-9]+([.][0-9]*)?|[.][0-9]+)(ns|us|µs|μs|ms|s|m|h))+$";

/** The bytes of a Kubernetes quantity: `sprig.mulf` calculates with decimals, so that `0.1G` is 100,000,000 exactly. */
function sizeOf(self: string, wrong: string): string {
  const units = QUANTITY_UNITS.reduceRight(
    (rest, [unit, bytes]) =>
      `# endsWith ${quoteText(unit)} ? sprig.mulf(float(trimSuffix(#, ${quoteText(unit)})), ${bytes}) : ${rest}`,
    "float(#)",
  );
  const bytes = `map([${self}], not (# matches "[0-9]") || len(sprig.regexFind("[0-9.]+", #)) > 16 ? ${wrong} : # matches "[0-9]$" ? float(#) : ${units})[0]`;
  return `map([${bytes}], # == floor(#) && abs(#) <= ${MOST} ? # + 0.0 : ${wrong})[0]`;
}

/** The milliseconds of a Go duration. */
function durationOf(self: string, wrong: string): string {
  const nanoseconds = `duration(${self}).Nanoseconds()`;
  return `map([${nanoseconds}], # % 1000000 == 0 ? round(# / 1000000) + 0.0 : ${wrong})[0]`;
}
