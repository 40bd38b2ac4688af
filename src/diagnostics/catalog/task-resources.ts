// Amounts of `resources`, and the lines of `retry`.
import { defineDiagnostics } from "../define.ts";
import { exampleProgram, exampleStatements } from "./example-program.ts";

export const taskResources = defineDiagnostics({
  "unknown-resources": {
    severity: "error",
    message: (p: { name: string; problem: string }) => `\`${p.name}\` is not a resources block: ${p.problem}`,
    explain:
      "`resources NAME` uses a block that is declared as `resources NAME { cpu: 4, memory: 16Gi }`, here or in an imported file. The amounts can also be written in place.",
    example: exampleStatements("resources gpu_node"),
  },
  "resources-cycle": {
    severity: "error",
    message: (p: { name: string }) => `The resources block \`${p.name}\` contains itself.`,
    explain: "A block that spreads another takes over its amounts; in a circle there would be none to begin with.",
    example: exampleProgram({
      before: ["resources a { ...a, cpu: 1 }"],
      body: ['image "acme/tool:1"', 'run ["tool"]', "resources a"],
    }),
  },
  "unknown-resource": {
    severity: "error",
    message: (p: { name: string; near: string }) => `There is no resource called \`${p.name}\`.${p.near}`,
    explain:
      "Resources are `cpu`, `memory`, `storage`, `shared_memory`, `gpu`, `accelerator`, `devices`, `node`, `tolerations` and `priority`. Extended resources such as `nvidia.com/mig-1g.10gb` go into `devices`.",
    example: exampleStatements("resources { memroy: 16Gi }"),
  },
  "repeated-resource": {
    severity: "error",
    message: (p: { name: string }) => `\`${p.name}\` is written twice.`,
    explain: "One of the two amounts would be lost. Remove one of them.",
    example: exampleStatements("resources { cpu: 1, cpu: 2 }"),
  },
  "bad-amount": {
    severity: "error",
    message: (p: { name: string; expected: string; found: string; hint: string }) =>
      `\`${p.name}\` wants ${p.expected}, not ${p.found}.${p.hint}`,
    explain:
      "`cpu` is a number of cores (`0.5`, `4`), `memory`, `storage` and `shared_memory` are sizes (`16Gi`), `gpu` is a whole number; these but `gpu` may be ranges (`4..8`). `accelerator` and `priority` are Strings.",
    example: exampleStatements("resources { gpu: 0.5 }"),
  },
  "amount-out-of-range": {
    severity: "error",
    message: (p: { name: string; amount: string; problem: string; hint: string }) =>
      `\`${p.name}\` cannot be ${p.amount}: ${p.problem}.${p.hint}`,
    explain:
      "Amounts are above zero, and memory is at least 4 MiB: below that no container starts, and the cause is nearly always a missing unit (`16` is 16 bytes, `16Gi` is meant).",
    example: exampleStatements("resources { memory: 16k }"),
  },
  "request-above-limit": {
    severity: "error",
    message: (p: { name: string; request: string; limit: string }) =>
      `\`${p.name}\` asks for ${p.request}, which is above its limit of ${p.limit}.`,
    explain:
      "In `4..8` the first number is what the scheduler sets aside and the second is the most the task may use, so the first is the smaller one.",
    example: exampleStatements("resources { cpu: 8..4 }"),
  },
  "range-not-allowed": {
    severity: "error",
    message: (p: { name: string }) => `\`${p.name}\` takes one value, not a range.`,
    explain:
      "Ranges such as `4..8` (request and limit) are for `cpu`, `memory`, `storage` and `shared_memory`. Devices are given to one task as a whole, so their request is their limit.",
    example: exampleStatements("resources { gpu: 1..2 }"),
  },
  "bad-qualified-name": {
    severity: "error",
    message: (p: { name: string; what: string; problem: string }) => `\`${p.name}\` cannot be ${p.what}: ${p.problem}.`,
    explain:
      'Extended resources have the names that Kubernetes gives them, `vendor.com/device`; node labels are `disktype` or `example.com/pool`. Names with signs stand in quotes: `devices: { "nvidia.com/mig-1g.10gb": 1 }`.',
    example: exampleStatements("resources { devices: { mig: 1 } }"),
  },
  "unknown-cause": {
    severity: "error",
    message: (p: { name: string; near: string }) => `\`${p.name}\` is not a cause of failure.${p.near}`,
    explain:
      "A `retry` line names one cause: `oom` (killed for memory), `evicted` (preempted, drained, node lost), `timeout`, `start` (never ran), `output` (missing or wrong result), `disk`, `exit(n, …)`, or `any` for all but `evicted`.",
    example: exampleStatements("retry omo 2"),
  },
  "bad-exit-codes": {
    severity: "error",
    message: (p: { problem: string }) => p.problem,
    explain:
      "`retry exit(75, 111) 3` tries again when the process ended with one of these codes, each from 1 to 255. Other causes take no codes; `any` covers every code.",
    example: exampleStatements("retry exit(0) 2"),
  },
  "bad-retry-count": {
    severity: "error",
    message: (p: { found: string }) => `The number of retries is an Int from 0 on, not ${p.found}.`,
    explain:
      "`retry oom 2` allows two more attempts after the first one failed for this cause. `retry evicted 0` allows none.",
    example: exampleStatements("retry evicted -1"),
  },
  "bad-backoff": {
    severity: "error",
    message: (p: { problem: string; hint: string }) => `${p.problem}.${p.hint}`,
    explain:
      "`after 30s` waits that long before each retry. `after 30s..10min` doubles the wait from the first to the second, so the first is above zero and not above the second.",
    example: exampleStatements("retry any 3 after 10min..30s"),
  },
  "unknown-previous-amount": {
    severity: "error",
    message: (p: { name: string; task: string }) =>
      `Task \`${p.task}\` sets no \`${p.name}\`, so there is no previous amount to start from.`,
    explain:
      "In the record of a `retry` line a resource's name means what the attempt before had. Give the task a first amount with `resources { … }`.",
    example: exampleStatements("retry oom 2 { memory: memory * 2 }"),
  },
  "retry-does-not-grow": {
    severity: "warning",
    message: (p: { name: string; reason: string }) =>
      `The next attempt has no more \`${p.name}\` than the one before: ${p.reason}.`,
    explain:
      "A task that was killed for memory is killed again with the same amount. Let the amount grow: `retry oom 3 { memory: min(memory * 2, 64Gi) }`, with a bound above the first amount.",
    example: exampleStatements("resources { memory: 16Gi }", "retry oom 2 { memory: memory }"),
  },
  "retry-without-growth": {
    severity: "warning",
    message: (_: object) =>
      "After running out of memory the next attempt gets the same memory and will be killed again.",
    explain:
      "Unlike an eviction, running out of memory seldom goes away by trying again. Let the amount grow: `retry oom 2 { memory: memory * 2 }`.",
    example: exampleStatements("resources { memory: 16Gi }", "retry oom 2"),
  },
  "retry-hidden": {
    severity: "warning",
    message: (p: { cause: string }) => `\`retry any\` above this line takes a failure of cause \`${p.cause}\` first.`,
    explain:
      "The first line whose cause matches and whose budget is left applies, and `any` matches every cause but `evicted`. Put the particular causes first and `any` last.",
    example: exampleStatements("resources { memory: 16Gi }", "retry any 3", "retry oom 2 { memory: memory * 2 }"),
  },
  "retry-without-timeout": {
    severity: "warning",
    message: (p: { task: string }) => `Task \`${p.task}\` has no timeout, so it never fails for this cause.`,
    explain:
      "The cause `timeout` is an attempt that took longer than the task's own `timeout`. Add `timeout 6h`, or drop the line.",
    example: exampleStatements("retry timeout 2"),
  },
});
