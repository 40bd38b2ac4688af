// What a cluster cannot run of a program that is right in itself: limits of the Jobs target, found before anything is emitted.
import { defineDiagnostics } from "../define.ts";

export const jobs = defineDiagnostics({
  "image-needed": {
    severity: "error",
    message: (p: { task: string }) => `Task \`${p.task}\` has no image, and in a cluster every task runs in one.`,
    explain:
      "Without `image` a task is a process of this machine. A pod is made from an image: name the one that holds the programs which the task calls, or an image for all tasks that name none in sluice.yaml, `images: { default: … }`.",
    example: 'task work() { run ["work"] }\npipeline main() { do work() }',
    shownBy: "command",
  },
  "storage-needed": {
    severity: "error",
    message: (p: { task: string; what: string; profile: string | undefined }) =>
      `Task \`${p.task}\` has ${p.what}, and ${p.profile === undefined ? "no profile says" : `profile \`${p.profile}\` does not say`} where Files are kept in the cluster.`,
    explain:
      "A File that goes from one pod to another has to be kept somewhere in between. Name a volume or a bucket in sluice.yaml: " +
      '`profiles: { cluster: { kubernetes: { storage: { pvc: "my-claim" } } } }`, `storage: { s3: { bucket: "my-bucket" } }`. ' +
      "Small values need no storage: a task can give them as a JSON result.",
    example: 'task work() -> { model: File } { image "a/b:1" run ["work", out.model] }\npipeline main() { do work() }',
    shownBy: "command",
  },
  "local-file": {
    severity: "error",
    message: (p: { path: string; whose: string; problem: string }) =>
      `${p.whose} is \`${p.path}\` of this machine, which cannot be brought to pods: ${p.problem}.`,
    explain:
      "Pods run elsewhere. Files and folders of this machine travel to them in ConfigMaps, up to 900,000 bytes each (a folder: when packed) and 10 MB " +
      "together; with a bucket as storage, `sluice run --on kubernetes` uploads them instead, of any size. Put larger ones where the cluster can read " +
      "them and give their address, `-p data=s3://bucket/data.csv` or `pvc:data.csv` in the volume of the profile, or put them into the image of the task.",
    example: "sluice compile --target jobs -p data=data.csv",
    shownBy: "command",
  },
  "file-out-of-reach": {
    severity: "error",
    message: (p: { whose: string; problem: string }) => `${p.whose} cannot be brought to a pod: ${p.problem}.`,
    explain:
      "Pods read Files from the storage of the profile: `pvc:PATH` from its volume, `s3://BUCKET/KEY` from S3. Name the storage that holds the file in " +
      "sluice.yaml, or copy the file to the storage that is named there.",
    example: "sluice compile --target jobs -p data=s3://bucket/data.csv",
    shownBy: "command",
  },
  "unknown-accelerator": {
    severity: "error",
    message: (p: { name: string; known: readonly string[] }) =>
      p.known.length === 0
        ? `The profile does not say which nodes have the accelerator \`${p.name}\`.`
        : `The profile does not say which nodes have the accelerator \`${p.name}\`; it knows ${p.known.map((name) => `\`${name}\``).join(", ")}.`,
    explain:
      "What an accelerator is called differs from cluster to cluster. The profile maps each name to the labels of its nodes: " +
      '`gpu: { accelerators: { a100: { selectors: { "nvidia.com/gpu.product": "NVIDIA-A100-SXM4-80GB" } } } }`.',
    example:
      'task work() { image "a/b:1" run ["work"] resources { gpu: 1, accelerator: "a100" } }\npipeline main() { do work() }',
    shownBy: "command",
  },
  "script-too-large": {
    severity: "error",
    message: (p: { task: string; bytes: number; most: number }) =>
      `The script of task \`${p.task}\` has ${p.bytes} bytes; in a cluster it may have ${p.most}.`,
    explain:
      "The text of a script reaches its pod in a ConfigMap, which holds at most 1 MiB. Put a program of that size into the image.",
    example: "sluice compile --target jobs",
    shownBy: "command",
  },
  "text-too-large": {
    severity: "error",
    message: (p: { task: string; what: string; bytes: number; most: number }) =>
      `${p.what} of task \`${p.task}\` has ${p.bytes} bytes; Linux takes at most ${p.most}.`,
    explain:
      "One argument or environment variable has at most 131,071 bytes, all of a process together 2 MiB. Give large data as a File: `json_file(data)`.",
    example: "sluice compile --target jobs",
    shownBy: "command",
  },
  "reserved-pod-name": {
    severity: "error",
    message: (p: { name: string; what: string; where: string }) =>
      `${p.where} names ${p.what} \`${p.name}\`; names that begin with \`sluice-\`, paths below \`/sluice\`, and \`task\` for a container are taken.`,
    explain:
      "Volumes and containers that sluice adds to a pod are called `sluice-…` and stand below `/sluice`, the task's own container is called `task`. Another one of the same name would replace it.",
    example:
      'task work() { image "a/b:1" run ["work"] pod { volumes: [{ name: "sluice-out", emptyDir: {} }] } }\npipeline main() { do work() }',
    shownBy: "command",
  },
  "fails-before-start": {
    severity: "error",
    message: (p: { problem: string }) =>
      `With these parameters the run would fail before it starts anything: ${p.problem}`,
    explain:
      "The parameters are known when Jobs are compiled, and with them some values and checks of the pipeline. What is sure to fail is not emitted.",
    example: "sluice compile --target jobs -p width=0",
    shownBy: "command",
  },
});
