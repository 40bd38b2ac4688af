// The secrets file of a profile: a mapping from names to texts. No message shows a value.
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../text/source-file.ts";
import { readYaml, type YamlData } from "./yaml-data.ts";

const diagnostic = bindDiagnostics(config);

/** The secrets by name. */
export function readSecretsFile(source: SourceFile): { value: ReadonlyMap<string, string>; diagnostics: Diagnostic[] } {
  const values = new Map<string, string>();
  const read = readYaml(source);
  // The lines of this file are not to be shown: problems point at its beginning and name the line.
  if (!read.value)
    return { value: values, diagnostics: read.diagnostics.map((problem) => withoutPlace(problem, source)) };
  if (read.value.kind === "scalar" && read.value.value === null) return { value: values, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  const refuse = (found: string): void => {
    diagnostics.push(diagnostic("secrets-form", { file: source.id, start: 0, end: 0 }, { found }));
  };
  if (read.value.kind !== "mapping") refuse(kindOf(read.value));
  else {
    for (const { name, value } of read.value.entries) {
      if (value.kind === "scalar" && typeof value.value === "string") values.set(name, value.value);
      else if (value.kind === "scalar" && value.value !== null) values.set(name, value.text);
      else refuse(`${kindOf(value)} under \`${name}\``);
    }
  }
  return { value: values, diagnostics };
}

function kindOf(data: YamlData): string {
  if (data.kind !== "scalar") return data.kind === "list" ? "a list" : "a mapping";
  return data.value === null ? "nothing" : "a single value";
}

function withoutPlace(problem: Diagnostic, source: SourceFile): Diagnostic {
  const line = source.text.slice(0, problem.span.start).split("\n").length;
  return diagnostic("secrets-form", { file: source.id, start: 0, end: 0 }, { found: `not valid YAML in line ${line}` });
}
