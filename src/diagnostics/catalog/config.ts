// What may be wrong outside of programs: sluice.yaml, parameters and secrets.
import { defineDiagnostics } from "../define.ts";

interface WithReason {
  readonly path: string;
  readonly reason: string;
}

export const config = defineDiagnostics({
  "config-not-readable": {
    severity: "error",
    message: (p: WithReason) => `Cannot read \`${p.path}\`: ${p.reason}.`,
    explain: "A configuration, parameters or secrets file was named or found, and cannot be read as UTF-8 text.",
    example: "sluice run --params missing.yaml",
    shownBy: "command",
  },
  "config-syntax": {
    severity: "error",
    message: (p: { reason: string }) => `This is not valid YAML: ${p.reason}.`,
    explain:
      "sluice.yaml, parameters and secrets files are YAML 1.2, of which JSON is a part. Values with a colon, a hash or a leading special character need quotes.",
    example: "profiles:\n  small: {cpus: 4",
    shownBy: "command",
  },
  "config-unknown-field": {
    severity: "error",
    message: (p: { name: string; place: string; known: readonly string[] }) =>
      `\`${p.name}\` is not a setting of ${p.place}; there are ${p.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain:
      "A setting that nothing reads would have no effect, so it is refused. The settings are described in docs/sluice-yaml.schema.json.",
    example: "profiles:\n  small: { cpu: 4 }",
    shownBy: "command",
  },
  "config-wrong-value": {
    severity: "error",
    message: (p: { name: string; found: string; expected: string }) =>
      `\`${p.name}\` is ${p.expected}; this is ${p.found}.`,
    explain: "A setting of sluice.yaml has a value of another kind than it takes.",
    example: "profiles:\n  small: { cpus: many }",
    shownBy: "command",
  },
  "unknown-profile": {
    severity: "error",
    message: (p: { name: string; known: readonly string[] }) =>
      p.known.length === 0
        ? `There is no profile \`${p.name}\`: no profiles are declared.`
        : `There is no profile \`${p.name}\`; there are ${p.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain:
      "`--profile` and `default_profile` name an entry under `profiles` in sluice.yaml, which is looked for from the folder of the .pipe file upwards.",
    example: "sluice run --profile smal",
    shownBy: "command",
  },
  "unknown-parameter": {
    severity: "error",
    message: (p: { name: string; pipeline: string; known: readonly string[] }) =>
      p.known.length === 0
        ? `Pipeline \`${p.pipeline}\` takes no parameters, so there is no \`${p.name}\`.`
        : `Pipeline \`${p.pipeline}\` has no parameter \`${p.name}\`; it takes ${p.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain:
      "Parameters are matched by name. A name that the pipeline does not declare is refused, so that a slip of the pen is not silently without effect.",
    example: "sluice run -p epoch=20",
    shownBy: "command",
  },
  "missing-parameter": {
    severity: "error",
    message: (p: { names: readonly { readonly name: string; readonly type: string }[]; pipeline: string }) => {
      const list = p.names.map(({ name, type }) => `\`${name}: ${type}\``).join(", ");
      return `Pipeline \`${p.pipeline}\` needs ${p.names.length === 1 ? "a value for" : "values for"} ${list}.`;
    },
    explain: "A parameter without a default must be given, by `-p name=value` or in a file named by `--params`.",
    example: "sluice run",
    shownBy: "command",
  },
  "wrong-parameter": {
    severity: "error",
    message: (p: { name: string; type: string; problem: string }) =>
      `Parameter \`${p.name}\` is of type ${p.type}: ${p.problem}.`,
    explain:
      "On the command line a String is given as it is; numbers, booleans, sizes, durations and enum members as in a program; lists and records as JSON. " +
      "In a parameters file the value has the JSON form of its type.",
    example: "sluice run -p epochs=many",
    shownBy: "command",
  },
  "extra-field": {
    severity: "warning",
    message: (p: { name: string; problem: string }) => `Parameter \`${p.name}\`: ${p.problem}.`,
    explain:
      "A record in a parameters file has a field that its type does not declare. It is left out; with `--strict` it is an error.",
    example: "sluice run --params params.yaml",
    shownBy: "command",
  },
  "repeated-parameter": {
    severity: "error",
    message: (p: { name: string }) => `Parameter \`${p.name}\` is given twice.`,
    explain: "Each parameter is given at most once on the command line. `-p` may replace what a parameters file gives.",
    example: "sluice run -p epochs=1 -p epochs=2",
    shownBy: "command",
  },
  "parameter-form": {
    severity: "error",
    message: (p: { text: string }) => `\`${p.text}\` gives no parameter: write \`-p name=value\`.`,
    explain: "`-p` takes the name of a parameter, an equals sign and the value, as one argument.",
    example: "sluice run -p epochs",
    shownBy: "command",
  },
  "parameters-form": {
    severity: "error",
    message: (p: { found: string }) => `A parameters file maps names to values; this is ${p.found}.`,
    explain: "The outermost value of a parameters file is a mapping from the names of parameters to their values.",
    example: "sluice run --params list.yaml",
    shownBy: "command",
  },
  "missing-input": {
    severity: "error",
    message: (p: { name: string; path: string; reason: string }) =>
      `Parameter \`${p.name}\`: cannot use \`${p.path}\`: ${p.reason}.`,
    explain:
      "A File or Dir parameter names something that must exist before anything starts. On the command line the path is relative to the folder you " +
      "stand in, in a parameters file to the folder of that file.",
    example: "sluice run -p data=mising.csv",
    shownBy: "command",
  },
  "missing-secret": {
    severity: "error",
    message: (p: { name: string; variable: string; file: string | undefined }) =>
      `Secret \`${p.name}\` has no value: set the environment variable \`${p.variable}\`${p.file ? `, or \`${p.name}\` in \`${p.file}\`` : ""}.`,
    explain:
      "Secrets are never written in programs. A local run takes them from environment variables, or from the file that the profile names as `secrets_file`. " +
      "All must be there before anything starts.",
    example: "sluice run",
    shownBy: "command",
  },
  "secrets-form": {
    severity: "error",
    message: (p: { found: string }) => `A secrets file maps names to texts; this is ${p.found}.`,
    explain:
      "The file named as `secrets_file` is a YAML mapping from names of secrets to their values, which are texts. Values are never shown in messages.",
    example: "hf_token: [not, a, text]",
    shownBy: "command",
  },
});
