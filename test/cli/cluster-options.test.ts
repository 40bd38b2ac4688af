import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cli, folderWith } from "./run-for-test.ts";

const GOOD = 'task t() { image "busybox:1" run ["true"] }\npipeline main() { do t() }\n';

function kubeconfig(server: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": "lab",
    clusters: [{ name: "lab", cluster: { server, "insecure-skip-tls-verify": true } }],
    users: [{ name: "me", user: { token: "secret-token" } }],
    contexts: [{ name: "lab", context: { cluster: "lab", user: "me" } }],
  });
}

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}

test.each([
  [["runs", "--namespace", "lab"], "--namespace needs `--on kubernetes`"],
  [["status", "--context", "lab"], "--context needs `--on kubernetes`"],
  [["run", "--detach"], "--detach needs `--on kubernetes`"],
  [["run", "--on", "kubernetes", "--slots", "2"], "--slots is for runs on this machine"],
  [["resume", "--on", "kubernetes", "--edited"], "--edited is for runs on this machine"],
  [["run", "--on", "kubernetes", "--namespace", "No_Name"], "--namespace takes up to 63"],
  [["run", "--on", "nowhere"], "Allowed choices are local, kubernetes"],
  [["clean", "--on", "kubernetes"], "which runs?"],
  [["clean", "--on", "kubernetes", "--older-than", "soon"], "--older-than takes a duration"],
  [["logs", "latest", "x", "--attempt", "0", "--on", "kubernetes"], "--attempt takes a number above 0"],
  [["release"], "name one run, or say --all"],
  [["release", "a", "--all"], "name one run, or say --all"],
  [["release", "Not_A_Name"], "is not the full name of a run"],
  [["drive"], "`drive` runs in the driver's Job"],
])("%j is refused as a mistake in the command line", async (argv, message) => {
  const { code, stderr } = await cli({ cwd: folderWith({ "main.pipe": GOOD }) }, ...argv);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
});

test("a context that is not there is named with the nearest, a missing kubeconfig with its path", async () => {
  const cwd = folderWith({ "main.pipe": GOOD, config: kubeconfig("https://127.0.0.1:1") });
  const context = await cli(
    { cwd },
    "runs",
    "--on",
    "kubernetes",
    "--kubeconfig",
    join(cwd, "config"),
    "--context",
    "lap",
  );
  expect([context.code, context.stderr]).toEqual([2, expect.stringContaining("did you mean `lab`?")]);
  const missing = await cli({ cwd }, "runs", "--on", "kubernetes", "--kubeconfig", join(cwd, "nothing"));
  expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("it does not exist")]);
});

test("a server that is not there is named after a few seconds, without the token, and for programs as an event", async () => {
  const cwd = folderWith({ "main.pipe": GOOD });
  const server = `https://127.0.0.1:${await freePort()}`;
  writeFileSync(join(cwd, "config"), kubeconfig(server));
  const { code, stdout, stderr } = await cli(
    { cwd },
    "run",
    "--json",
    "--on",
    "kubernetes",
    "--kubeconfig",
    join(cwd, "config"),
  );
  expect(code).toBe(7);
  expect(stderr).toContain(`the API server ${server} cannot be reached: nothing listens there`);
  expect(stderr).not.toContain("secret-token");
  expect(JSON.parse(stdout)).toMatchObject({ type: "error", message: expect.stringContaining(server) });
});

test("an unknown profile and an error in the program are found before any cluster is looked for", async () => {
  const cwd = folderWith({ "main.pipe": GOOD, "broken.pipe": "task {" });
  const away = ["--on", "kubernetes", "--kubeconfig", "/nothing"];
  const profile = await cli({ cwd }, "run", ...away, "--profile", "lab");
  expect([profile.code, profile.stderr]).toEqual([1, expect.stringContaining("unknown-profile")]);
  expect((await cli({ cwd }, "status", ...away, "--profile", "lab")).code).toBe(1);
  expect((await cli({ cwd }, "run", "broken.pipe", ...away)).code).toBe(1);
});
