// Reads the recorded timelines in fixtures/observed.txt back into pods and events.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Condition, ContainerState, ContainerStatus, Pod } from "../../../src/backends/kubernetes/objects.ts";
import type { PodEvent } from "../../../src/backends/kubernetes/pod-facts.ts";

/** One step of a timeline: the pod as it then was, or an event. `time` in milliseconds since the Job was created. */
export type Step =
  | { readonly time: number; readonly pod: Pod; readonly deleted: boolean }
  | { readonly time: number; readonly event: PodEvent };

const INIT = new Set(["init", "side"]);

/** All timelines by name, each up to the moment the harvest finalizer was dropped. */
export function readTimelines(): ReadonlyMap<string, readonly Step[]> {
  const text = readFileSync(join(import.meta.dirname, "fixtures", "observed.txt"), "utf8");
  const timelines = new Map<string, readonly Step[]>();
  for (const section of text.split(/^### /m).slice(1)) {
    const [name = "", ...lines] = section.split("\n");
    const dropped = lines.findIndex((line) => line.endsWith("-- drop finalizer"));
    timelines.set(name, lines.slice(0, dropped).flatMap(readLine));
  }
  return timelines;
}

function readLine(line: string): Step[] {
  const match = /^\s*(\d+\.\d\d) (?:([AMD]) POD (.*)|EVENT (?:Pod|Job)\/(\S+) \((\w+)\) "(.*)"(?: xN)?|-- .*)$/.exec(
    line,
  );
  if (match === null) throw new Error(`not a line of a timeline: ${line}`);
  const [, seconds, change, pod, reason, type, message] = match;
  const time = Number(seconds) * 1000;
  if (pod !== undefined) return [{ time, pod: readPod(pod, time), deleted: change === "D" }];
  if (reason !== undefined) return [{ time, event: { reason, type: type ?? "", message: message ?? "" } }];
  return [];
}

function readPod(text: string, time: number): Pod {
  const phase = /^phase=(\w+)/.exec(text)?.[1];
  const reason = / reason=(\w+)/.exec(text)?.[1];
  const message = / msg="(.*?)" (?:DELETING|fin=)/.exec(text)?.[1];
  const grace = / DELETING\(grace (\d+)\)/.exec(text)?.[1];
  const condition = /(DisruptionTarget|PodScheduled)=(True|False)\/(\w+)\/"(.*?)"(?= \w+:|\s*$)/.exec(text);
  const [, kind, status, why, words] = condition ?? [];
  const conditions: Condition[] =
    kind === undefined ? [] : [{ type: kind, status: status ?? "", reason: why ?? "", message: words ?? "" }];
  const containers = text
    .slice((condition?.index ?? text.indexOf("fin=[")) + (condition?.[0].length ?? 0))
    .split(/(?:^|\s)(?=(?:main|side|init|b):(?:waiting|running|terminated)\b)/)
    .slice(1)
    .map((container) => readContainer(container.trim()));
  const isInit = ({ name }: { readonly name: string }): boolean => INIT.has(name);
  return {
    metadata: {
      name: "pod",
      ...(grace === undefined
        ? {}
        : {
            deletionTimestamp: new Date(time + Number(grace) * 1000).toISOString(),
            deletionGracePeriodSeconds: Number(grace),
          }),
    },
    spec: {
      containers: [{ name: "main" }],
      initContainers: [{ name: "side", restartPolicy: "Always" }, { name: "init" }],
    },
    status: {
      ...(phase === undefined ? {} : { phase }),
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
      conditions,
      initContainerStatuses: containers.filter(isInit),
      containerStatuses: containers.filter((container) => !isInit(container)),
    },
  };
}

function readContainer(text: string): ContainerStatus {
  const match =
    /^(\w+):(waiting|running|terminated)(?:\/([A-Za-z]+))?(?:\/exit(\d+))?(?:\/"(.*)")?(?:\/restarts(\d+))?(?:\/last=(\w+),(\d+))?$/.exec(
      text.replace(/^(\w+:running)\/restarts/, "$1/restarts"),
    );
  if (match === null) throw new Error(`not a container: ${text}`);
  const [, name = "", kind, reason, exit, message, restarts, lastReason, lastExit] = match;
  const words = message === undefined ? {} : { message };
  const why = reason === undefined ? {} : { reason };
  const state: ContainerState =
    kind === "running"
      ? { running: {} }
      : kind === "waiting"
        ? { waiting: { ...why, ...words } }
        : { terminated: { exitCode: Number(exit), ...why, ...words } };
  return {
    name,
    state,
    ...(restarts === undefined ? {} : { restartCount: Number(restarts) }),
    ...(lastReason === undefined
      ? {}
      : { lastState: { terminated: { reason: lastReason, exitCode: Number(lastExit) } } }),
  };
}
