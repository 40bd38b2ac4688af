// The parameters of a run. In: what the pipeline takes, the texts of `-p`, and a parameters file. Out: one value for each parameter, defaults
// filled in and files as absolute paths, or what is wrong, each thing at its place in the file or on the command line.
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import { createSourceFile, type SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { type Decoded, decodeText, decodeValue } from "../types/decode.ts";
import { type Json, parseJson } from "../types/json.ts";
import { printType } from "../types/print.ts";
import type { Type } from "../types/type.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";
import { suggest } from "../util/suggest.ts";
import { placeFiles } from "./place-files.ts";
import { describeYaml, readYaml, type YamlData } from "./yaml-data.ts";

const diagnostic = bindDiagnostics(config);

export interface ParameterSpec {
  readonly name: string;
  readonly type: Type;
  /** Absent: must be given, unless null is a value of the type. */
  readonly default?: Value;
}

export interface GivenParameters {
  /** The name of the pipeline, for messages. */
  readonly pipeline: string;
  readonly specs: readonly ParameterSpec[];
  /** Where each is declared, as far as that is known. */
  readonly declared: ReadonlyMap<string, Span>;
  /** Where the pipeline is declared. */
  readonly pipelineSpan?: Span;
  /** The `name=value` of each `-p`. */
  readonly commandLine: readonly string[];
  readonly file?: SourceFile;
  /** Absolute folders that relative files of the command line and of the parameters file are in. */
  readonly commandLineFolder: string;
  readonly fileFolder: string;
  readonly strict: boolean;
  /** Why a path cannot be used; undefined when it can. */
  readonly pathProblem: (path: string, kind: "file" | "dir") => string | undefined;
  /** The id for the source that stands for the command line. */
  readonly commandLineId: number;
}

export interface ReadParameters {
  readonly value: RecordValue;
  readonly diagnostics: readonly Diagnostic[];
  /** Stands for the command line in diagnostics. */
  readonly commandLine: SourceFile;
}

interface Found {
  readonly value: Value;
}

/** Reads all parameters; with an error among the diagnostics the value is not to be used. */
export function readParameters(given: GivenParameters): ReadParameters {
  const commandLine = commandLineSource(given);
  const diagnostics: Diagnostic[] = [];
  const found = new Map<string, Found | "wrong">();
  if (given.file) readFromFile(given, given.file, found, diagnostics);
  readFromCommandLine(given, commandLine, found, diagnostics);
  const missing = given.specs.filter(
    (spec) => !found.has(spec.name) && spec.default === undefined && spec.type.kind !== "optional",
  );
  if (missing.length > 0) diagnostics.push(missingParameters(given, missing));
  const value = makeRecord(
    given.specs.map((spec) => {
      const one = found.get(spec.name);
      return [spec.name, one === undefined || one === "wrong" ? (spec.default ?? null) : one.value] as const;
    }),
  );
  return { value, diagnostics, commandLine };
}

function commandLineSource(given: GivenParameters): SourceFile {
  const text = given.commandLine.map((one) => `-p ${one.replace(/[\r\n]/g, "␊")}`).join(" ");
  return createSourceFile(given.commandLineId, "command line", text);
}

function missingParameters(given: GivenParameters, missing: readonly ParameterSpec[]): Diagnostic {
  const names = missing.map(({ name, type }) => ({ name, type: printType(type) }));
  const [first, ...more] = missing.map(({ name }) => given.declared.get(name));
  const span = first ?? given.pipelineSpan ?? { file: -1, start: 0, end: 0 };
  const related = more.flatMap((place) => (place ? [{ span: place, text: "this too" }] : []));
  const options = missing.map(({ name }) => `-p ${name}=…`).join(" ");
  return diagnostic(
    "missing-parameter",
    span,
    { names, pipeline: given.pipeline },
    { related, help: `Give it as \`${options}\`, or in a file with \`--params FILE\`.`, label: "has no default" },
  );
}

function readFromCommandLine(
  given: GivenParameters,
  source: SourceFile,
  found: Map<string, Found | "wrong">,
  diagnostics: Diagnostic[],
): void {
  const seen = new Set<string>();
  let at = 0;
  for (const text of given.commandLine) {
    const start = at + "-p ".length;
    at = start + text.length + 1;
    const equals = text.indexOf("=");
    const whole = { file: source.id, start, end: start + text.length };
    if (equals <= 0) {
      diagnostics.push(diagnostic("parameter-form", whole, { text }));
      continue;
    }
    const name = text.slice(0, equals);
    const nameSpan = { file: source.id, start, end: start + equals };
    const spec = given.specs.find((one) => one.name === name);
    if (!spec) {
      diagnostics.push(unknownParameter(given, name, nameSpan));
      continue;
    }
    if (seen.has(name)) diagnostics.push(diagnostic("repeated-parameter", nameSpan, { name }));
    seen.add(name);
    const valueSpan = { file: source.id, start: start + equals + 1, end: start + text.length };
    const decoded = decodeText(text.slice(equals + 1), spec.type, { strict: given.strict });
    found.set(
      name,
      accept(given, spec, decoded, () => valueSpan, given.commandLineFolder, diagnostics),
    );
  }
}

function readFromFile(
  given: GivenParameters,
  file: SourceFile,
  found: Map<string, Found | "wrong">,
  diagnostics: Diagnostic[],
): void {
  const read = readYaml(file);
  diagnostics.push(...read.diagnostics);
  const data = read.value;
  if (!data || (data.kind === "scalar" && data.value === null)) return;
  if (data.kind !== "mapping") {
    diagnostics.push(diagnostic("parameters-form", data.span, { found: describeYaml(data) }));
    return;
  }
  for (const entry of data.entries) {
    const spec = given.specs.find((one) => one.name === entry.name);
    if (!spec) {
      diagnostics.push(unknownParameter(given, entry.name, entry.nameSpan, entry.nameQuoted));
      continue;
    }
    const decoded = decodeValue(toJson(entry.value), spec.type, { strict: given.strict });
    const before = diagnostics.length;
    found.set(
      entry.name,
      accept(given, spec, decoded, (path) => findPlace(entry.value, path).span, given.fileFolder, diagnostics),
    );
    if (!decoded.ok) addQuoteFixes(diagnostics, before, decoded, entry.value);
  }
}

function accept(
  given: GivenParameters,
  spec: ParameterSpec,
  decoded: Decoded,
  spanAt: (path: string) => Span,
  folder: string,
  diagnostics: Diagnostic[],
): Found | "wrong" {
  const { name } = spec;
  if (!decoded.ok) {
    const type = printType(spec.type);
    for (const error of decoded.errors) {
      const problem = error.path === "$" ? error.message : `${error.path}: ${error.message}`;
      diagnostics.push(diagnostic("wrong-parameter", spanAt(error.path), { name, type: `\`${type}\``, problem }));
    }
    return "wrong";
  }
  for (const warning of decoded.warnings) {
    diagnostics.push(diagnostic("extra-field", spanAt("$"), { name, problem: warning.replace(/\.$/, "") }));
  }
  const placed = placeFiles(decoded.value, spec.type, folder);
  for (const { path, kind } of placed.files) {
    const reason = given.pathProblem(path, kind);
    if (reason !== undefined) diagnostics.push(diagnostic("missing-input", spanAt("$"), { name, path, reason }));
  }
  return { value: placed.value };
}

function unknownParameter(given: GivenParameters, name: string, span: Span, quoted = false): Diagnostic {
  const known = given.specs.map((spec) => spec.name);
  const [near, ...more] = suggest(name, known);
  const extra: { help?: string; fixes?: Fix[] } = {};
  if (near !== undefined) {
    extra.help = `Did you mean ${[near, ...more].map((one) => `\`${one}\``).join(" or ")}?`;
    const text = quoted ? JSON.stringify(near) : near;
    if (more.length === 0) extra.fixes = [{ title: `Change to \`${near}\``, edits: [{ span, text }] }];
  }
  return diagnostic("unknown-parameter", span, { name, pipeline: given.pipeline, known }, extra);
}

function toJson(data: YamlData): Json {
  switch (data.kind) {
    case "scalar": {
      if (typeof data.value !== "number") return data.value;
      // As written, where that is JSON too: `1.0` is no Int.
      const written = parseJson(data.text);
      return written.ok ? written.value : data.value;
    }
    case "list":
      return data.items.map(toJson);
    case "mapping":
      return new Map(data.entries.map((entry) => [entry.name, toJson(entry.value)]));
  }
}

/** The data at a path such as `$.items[3]["odd key"]`, or the innermost on the way that is there. */
function findPlace(data: YamlData, path: string): YamlData {
  let at = data;
  for (const [, name, index, quoted] of path.matchAll(/\.([A-Za-z_]\w*)|\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]/g)) {
    const wanted = quoted === undefined ? name : (JSON.parse(quoted) as string);
    const next: YamlData | undefined =
      at.kind === "list" && index !== undefined
        ? at.items[Number(index)]
        : at.kind === "mapping"
          ? at.entries.find((entry) => entry.name === wanted)?.value
          : undefined;
    if (!next) break;
    at = next;
  }
  return at;
}

/** Numbers and booleans that stand where a text is wanted need quotes: `007` is a number to YAML. */
function addQuoteFixes(
  diagnostics: Diagnostic[],
  from: number,
  decoded: Extract<Decoded, { ok: false }>,
  data: YamlData,
): void {
  for (const [index, error] of decoded.errors.entries()) {
    const place = findPlace(data, error.path);
    const found = diagnostics[from + index];
    if (
      !found ||
      place.kind !== "scalar" ||
      typeof place.value === "string" ||
      place.value === null ||
      !/expected String/.test(error.message)
    )
      continue;
    const text = JSON.stringify(place.text);
    diagnostics[from + index] = {
      ...found,
      fixes: [{ title: "Put it in quotes", edits: [{ span: place.span, text }] }],
    };
  }
}
