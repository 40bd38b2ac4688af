// Drivers that are killed: at every record of the journal, before and after it is written, and at every other change they make in the cluster. The next
// driver comes to the same result, no item is lost or runs twice, and nothing is left after the run is cleaned.
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTestFolder } from "../backends/local-harness.ts";
import { type ProxiedRequest, readUpstream, startFaultProxy } from "../harness/fault-proxy.ts";
import { closeAfterTests, connect } from "./cluster-client.ts";
import type { DriveArguments } from "./drive-program.ts";
import { bed } from "./harness.ts";
import { driveRun } from "./runs.ts";
import { createWitnessedRun, WITNESSED_RESULT } from "./witness.ts";

const cluster = bed();
closeAfterTests();
// The node must be this machine.
const sweep = test.runIf(cluster.runsPods && cluster.restartable);

/** Runs at once. */
const LANES = 4;
const PROGRAM = join(import.meta.dirname, "drive-program.ts");
const PATIENCE = 600_000;

type When = "before" | "after";

/** A record of the journal, or several: the pipeline makes no other ConfigMap while it is driven. */
const isRecord = ({ method, path }: ProxiedRequest): boolean => method === "POST" && /\/configmaps(\?|$)/.test(path);
/** What is done to Jobs and pods. */
const isDeed = ({ method, path }: ProxiedRequest): boolean => method !== "GET" && /\/(jobs|pods)(\/|\?|$)/.test(path);

/** Kills a driver at its n-th request of a kind and has another one go on; whether there was such a request. */
async function strikeAt(
  n: number,
  when: When,
  counts: (request: ProxiedRequest) => boolean,
  more: Pick<DriveArguments, "largeMap">,
): Promise<boolean> {
  const client = await connect(cluster);
  const witnessed = await createWitnessedRun(cluster, client);
  const { run } = witnessed;
  const proxy = await startFaultProxy(readUpstream(cluster.kubeconfig));
  const kubeconfig = join(makeTestFolder(), "kubeconfig");
  writeFileSync(kubeconfig, proxy.kubeconfig);
  const given: DriveArguments = { kubeconfig, namespace: cluster.namespace, run: run.name, leaseDuration: 3, ...more };
  const driver = spawn(process.execPath, ["--no-warnings", PROGRAM, JSON.stringify(given)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let seen = 0;
  let struck = false;
  let printed = "";
  driver.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
  });
  proxy.inject({
    fault: {
      kind: "strike",
      when,
      act: () => {
        struck = true;
        driver.kill("SIGKILL");
      },
    },
    matches: (request) => counts(request) && ++seen === n,
  });
  await new Promise((resolve) => driver.on("close", resolve));
  await proxy.close();
  if (!struck) expect(JSON.parse(printed)).toMatchObject({ kind: "ended", status: "succeeded" });
  const ended = await driveRun(client, run, more).ended;
  expect(ended, `killed ${when} request ${n}`).toMatchObject({ status: "succeeded", result: WITNESSED_RESULT });
  witnessed.expectRight();
  await witnessed.expectClean();
  await client.close();
  return struck;
}

/** Sweeps until a driver comes to its end without being struck; gives how many were. */
async function sweepAll(
  when: (n: number) => When,
  counts: (request: ProxiedRequest) => boolean,
  more: Pick<DriveArguments, "largeMap"> = {},
): Promise<number> {
  let next = 1;
  let struck = 0;
  let over = false;
  const lane = async (): Promise<void> => {
    while (!over) {
      const n = next++;
      if (await strikeAt(n, when(n), counts, more)) struck += 1;
      else over = true;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return struck;
}

sweep(
  "a driver killed before any of its records is written costs nothing",
  async () => {
    expect(await sweepAll(() => "before", isRecord)).toBeGreaterThan(4);
  },
  PATIENCE,
);

sweep(
  "a driver killed once any of its records is written costs nothing",
  async () => {
    expect(await sweepAll(() => "after", isRecord)).toBeGreaterThan(4);
  },
  PATIENCE,
);

sweep(
  "a driver killed at anything it does to Jobs and pods costs nothing",
  async () => {
    // Lost on the way or carried out, by turns.
    expect(await sweepAll((n) => (n % 2 === 0 ? "before" : "after"), isDeed)).toBeGreaterThan(12);
  },
  PATIENCE,
);

sweep(
  "a driver killed at anything it does to pods of a shard costs nothing",
  async () => {
    // Of the map's three items the second and the third are in one.
    const more = { largeMap: 1 };
    expect(await sweepAll((n) => (n % 2 === 0 ? "before" : "after"), isDeed, more)).toBeGreaterThan(12);
  },
  PATIENCE,
);
