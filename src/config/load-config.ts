// sluice.yaml: read, checked against its published schema, and turned into settings. In: the text. Out: settings in which all amounts are
// numbers and paths are as written, or what is wrong with it, each thing at its place.
import { config } from "../diagnostics/catalog/config.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { Diagnostic, Fix } from "../diagnostics/diagnostic.ts";
import type { SourceFile } from "../text/source-file.ts";
import type { Span } from "../text/span.ts";
import { parseDuration, parseSize } from "../types/quantity.ts";
import { suggest } from "../util/suggest.ts";
import type { ArgoProfile } from "./argo-profile.ts";
import { validateSluiceYaml } from "./generated/validate-sluice-yaml.ts";
import type { KubernetesProfile } from "./kubernetes-profile.ts";
import { toArgoProfile } from "./load-argo.ts";
import { toKubernetesProfile } from "./load-kubernetes.ts";
import { expectedAt, settingsAt } from "./settings.ts";
import {
  describeYaml,
  entriesOf,
  findEntry,
  plainData,
  readYaml,
  textOf,
  type YamlData,
  type YamlEntry,
} from "./yaml-data.ts";

const diagnostic = bindDiagnostics(config);

/** What a run may use. */
export interface Profile {
  /** Cores. */
  readonly cpus?: number;
  /** Bytes. */
  readonly memory?: number;
  readonly gpus?: number;
  readonly slots?: number;
  /** Milliseconds. */
  readonly grace?: number;
  /** As written: relative to the folder of sluice.yaml. */
  readonly secretsFile?: string;
  readonly kubernetes?: KubernetesProfile;
  readonly argo?: ArgoProfile;
}

export interface Config {
  /** The one that `default_profile` names. */
  readonly defaultProfile?: string;
  /** As written: relative to the folder of sluice.yaml. */
  readonly runsFolder?: string;
  /** In the order written. */
  readonly profiles: ReadonlyMap<string, Profile>;
}

/** The part of ajv's errors that is read here. */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly schemaPath: string;
}

interface Validator {
  (data: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

const validate = validateSluiceYaml as unknown as Validator;

/** Reads the settings; with diagnostics of severity error the value holds none of them. */
export function loadConfig(source: SourceFile): { value: Config; diagnostics: Diagnostic[] } {
  const nothing: Config = { profiles: new Map() };
  const read = readYaml(source);
  if (!read.value) return { value: nothing, diagnostics: read.diagnostics };
  const data = read.value;
  if (data.kind === "scalar" && data.value === null) return { value: nothing, diagnostics: [] };
  const diagnostics: Diagnostic[] = [];
  if (!validate(plainData(data))) {
    const errors = (validate.errors ?? []).filter((error) => error.keyword !== "propertyNames");
    for (const error of errors) diagnostics.push(describeSchemaError(error, data));
  }
  if (diagnostics.length > 0) return { value: nothing, diagnostics: diagnostics.slice(0, 20) };
  const value = toConfig(data, diagnostics);
  return { value: diagnostics.length > 0 ? nothing : value, diagnostics };
}

function toConfig(data: YamlData, diagnostics: Diagnostic[]): Config {
  const profiles = new Map<string, Profile>();
  for (const { name, value } of entriesOf(findEntry(data, "profiles")?.value))
    profiles.set(name, toProfile(value, diagnostics));
  const chosen = findEntry(data, "default_profile")?.value;
  const defaultProfile = textOf(chosen);
  if (chosen && defaultProfile !== undefined && !profiles.has(defaultProfile)) {
    diagnostics.push(
      unknownProfile(defaultProfile, [...profiles.keys()], chosen.span, chosen.kind === "scalar" && chosen.quoted),
    );
  }
  const runsFolder = textOf(findEntry(data, "runs_folder")?.value);
  return {
    profiles,
    ...(defaultProfile !== undefined && { defaultProfile }),
    ...(runsFolder !== undefined && { runsFolder }),
  };
}

/** The diagnostic of a profile that is not there, at the place that names it. */
export function unknownProfile(name: string, known: readonly string[], span: Span, quoted = false): Diagnostic {
  return diagnostic("unknown-profile", span, { name, known }, nearName(name, known, span, quoted));
}

function toProfile(data: YamlData, diagnostics: Diagnostic[]): Profile {
  const number = (name: string): number | undefined => {
    const value = findEntry(data, name)?.value;
    return value?.kind === "scalar" && typeof value.value === "number" ? value.value : undefined;
  };
  const quantity = (name: "memory" | "grace"): number | undefined => {
    const value = findEntry(data, name)?.value;
    if (value?.kind !== "scalar" || value.value === null) return undefined;
    if (typeof value.value === "number" && name === "memory") return value.value;
    const parsed = name === "memory" ? parseSize(String(value.value)) : parseDuration(String(value.value));
    if (parsed.ok) return parsed.value;
    const expected = name === "memory" ? "an amount such as `8Gi`" : "a duration such as `10s`";
    const found = `\`${value.text}\`, which ${parsed.problem}`;
    diagnostics.push(diagnostic("config-wrong-value", value.span, { name, expected, found }));
    return undefined;
  };
  const cpus = number("cpus");
  const memory = quantity("memory");
  const gpus = number("gpus");
  const slots = number("slots");
  const grace = quantity("grace");
  const secretsFile = textOf(findEntry(data, "secrets_file")?.value);
  const cluster = findEntry(data, "kubernetes")?.value;
  const argo = findEntry(data, "argo")?.value;
  return {
    ...(cpus !== undefined && { cpus }),
    ...(memory !== undefined && { memory }),
    ...(gpus !== undefined && { gpus }),
    ...(slots !== undefined && { slots }),
    ...(grace !== undefined && { grace }),
    ...(secretsFile !== undefined && { secretsFile }),
    ...(cluster && { kubernetes: toKubernetesProfile(cluster, diagnostics) }),
    ...(argo && { argo: toArgoProfile(argo, diagnostics) }),
  };
}

function describeSchemaError(error: SchemaError, data: YamlData): Diagnostic {
  const path = error.instancePath
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
  const { entry, value } = follow(data, path);
  if (error.keyword === "additionalProperties") {
    const name = String(error.params.additionalProperty);
    const settings = settingsAt(path);
    const field = entriesOf(value).find((one) => one.name === name);
    const span = field?.nameSpan ?? value.span;
    return diagnostic(
      "config-unknown-field",
      span,
      { name, place: settings.shown, known: settings.names },
      nearName(name, settings.names, span, field?.nameQuoted),
    );
  }
  if (error.keyword === "pattern" && error.schemaPath.includes("propertyNames")) {
    const name = String(
      error.params.propertyName ?? entriesOf(value).find((one) => !/^[A-Za-z_][\w-]*$/.test(one.name))?.name ?? "",
    );
    const span = entriesOf(value).find((one) => one.name === name)?.nameSpan ?? value.span;
    const expected = "a name of letters, digits, `_` and `-`";
    return diagnostic("config-wrong-value", span, { name: "the name of a profile", expected, found: `\`${name}\`` });
  }
  const name = entry?.name ?? "sluice.yaml";
  return diagnostic("config-wrong-value", value.span, {
    name,
    expected: expectedAt(path) ?? `of type ${String(error.params.type)}`,
    found: describeYaml(value),
  });
}

function follow(data: YamlData, path: readonly string[]): { entry: YamlEntry | undefined; value: YamlData } {
  let value = data;
  let entry: YamlEntry | undefined;
  for (const name of path) {
    entry = findEntry(value, name);
    if (!entry) break;
    value = entry.value;
  }
  return { entry, value };
}

function nearName(
  name: string,
  known: readonly string[],
  span: Span,
  quoted = false,
): { help?: string; fixes?: Fix[] } {
  const [near, ...more] = suggest(name, known);
  if (near === undefined) return {};
  if (more.length > 0) return { help: `Did you mean \`${near}\` or ${more.map((one) => `\`${one}\``).join(" or ")}?` };
  const text = quoted ? JSON.stringify(near) : near;
  return { help: `Did you mean \`${near}\`?`, fixes: [{ title: `Change to \`${near}\``, edits: [{ span, text }] }] };
}
