// Fields of `pod`, and schedules of pipelines.
import { defineDiagnostics } from "../define.ts";
import { exampleStatements } from "./example-program.ts";

export const taskPod = defineDiagnostics({
  "unknown-pod-field": {
    severity: "error",
    message: (p: { name: string; owner: string; near: string }) => `${p.owner} has no field \`${p.name}\`.${p.near}`,
    explain:
      "Inside `pod { … }` stand the fields of a Kubernetes pod spec under their own names. A field that Kubernetes does not know would be dropped without a word, so it is refused here.",
    example: exampleStatements('pod { serviceAcountName: "trainer" }'),
  },
  "owned-pod-field": {
    severity: "error",
    message: (p: { name: string; instead: string }) => `\`${p.name}\` cannot be set in \`pod\`: ${p.instead}.`,
    explain:
      "What sluice has a statement for is written with it, so that it is checked, means the same on every engine and has one place. `pod` is for everything else of a pod spec.",
    example: exampleStatements('pod { nodeSelector: { disktype: "ssd" } }'),
  },
  "wrong-pod-value": {
    severity: "error",
    message: (p: { path: string; expected: string; found: string; hint: string }) =>
      `\`${p.path}\` wants ${p.expected}, not ${p.found}.${p.hint}`,
    explain:
      "Each field of a pod spec has the type that Kubernetes gives it. A value of another type would be refused only when the pod is made.",
    example: exampleStatements('pod { terminationGracePeriodSeconds: "60" }'),
  },
  "missing-pod-field": {
    severity: "error",
    message: (p: { names: string; owner: string }) => `${p.owner} needs ${p.names}.`,
    explain: "Kubernetes refuses a pod in which this field is missing.",
    example: exampleStatements("pod { volumes: [{ emptyDir: {} }] }"),
  },
  "pod-container": {
    severity: "error",
    message: (p: { problem: string }) => `A task is one container: ${p.problem}.`,
    explain:
      '`containers` in `pod` holds one entry, which adds fields (`volumeMounts`, `securityContext`, `ports` …) to the task\'s own container, called `task`. A helper beside it is an entry of `initContainers` with `restartPolicy: "Always"`.',
    example: exampleStatements('pod { containers: [{ name: "helper", tty: true }] }'),
  },
  "bad-schedule": {
    severity: "error",
    message: (p: { problem: string; hint: string }) => `${p.problem}.${p.hint}`,
    explain:
      "A schedule has five fields: minute (0–59), hour (0–23), day of the month (1–31), month (1–12 or JAN–DEC), day of the week (0–6 or SUN–SAT). Each is `*`, a number, a range `1-5`, a step `*/15`, or a list of these.",
    example: 'pipeline nightly() schedule "0 25 * * *" {}\n',
  },
  "bad-time-zone": {
    severity: "error",
    message: (p: { name: string; near: string }) => `There is no time zone called \`${p.name}\`.${p.near}`,
    explain:
      "Time zones have the names of the IANA database, `Europe/Berlin` or `UTC`, in this spelling. Offsets such as `+02:00` would not follow daylight saving time.",
    example: 'pipeline nightly() schedule "0 3 * * *" in "Europe/Berlim" {}\n',
  },
  "schedule-never-runs": {
    severity: "error",
    message: (p: { day: string; month: string }) =>
      `This schedule never comes: there is no day ${p.day} in ${p.month}.`,
    explain: "The day of the month and the month do not occur together, so the pipeline would never start.",
    example: 'pipeline nightly() schedule "0 3 31 2 *" {}\n',
  },
  "schedule-without-default": {
    severity: "error",
    message: (p: { pipeline: string; names: string }) =>
      `Pipeline \`${p.pipeline}\` runs by schedule, so nobody gives ${p.names} a value.`,
    explain: "A scheduled run starts without parameters. Give each parameter of the pipeline a default.",
    example: 'pipeline nightly(day: String) schedule "0 3 * * *" {\n  check day != "", "no day"\n}\n',
  },
});
