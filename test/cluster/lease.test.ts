import { expect, test } from "vitest";
import { findLeaseHolder, type LeaseOptions, takeLease } from "../../src/backends/kubernetes/lease.ts";
import type { Lease } from "../../src/backends/kubernetes/objects.ts";
import { resourcePath } from "../../src/backends/kubernetes/resource-path.ts";
import { closeAfterTests, connect, connectThroughFaults, makeRoot } from "./cluster-client.ts";
import { bed } from "./harness.ts";

const cluster = bed();
closeAfterTests();

async function place(name: string): Promise<Omit<LeaseOptions, "holder">> {
  const client = await connect(cluster);
  return { client, namespace: cluster.namespace, name, root: await makeRoot(client, name), duration: 1 };
}

async function take(options: LeaseOptions) {
  const taken = await takeLease(options);
  if (!taken.ok) throw new Error(taken.message);
  return taken.value;
}

test("who holds it is known, and nobody else gets it until it is given back", async () => {
  const options = await place("held");
  const held = await take({ ...options, holder: "a" });
  expect(await findLeaseHolder(options)).toMatchObject({ ok: true, value: { holder: "a" } });
  expect(await takeLease({ ...options, holder: "b" })).toEqual({
    ok: false,
    message: expect.stringMatching(/^this run is being driven by a since \d{4}-\d\d-\d\dT.*Z$/),
  });
  await held.release();
  expect(held.lost.aborted).toBe(false);
  expect(await findLeaseHolder(options)).toEqual({ ok: true, value: undefined });
  const next = await take({ ...options, holder: "b" });
  expect(await findLeaseHolder(options)).toMatchObject({ value: { holder: "b" } });
  await next.release();
});

test("one that is not renewed runs out, and its holder learns that it was taken over", async () => {
  const options = await place("stalled");
  const { client, proxy } = await connectThroughFaults(cluster);
  const stalled = await take({ ...options, client, holder: "stalled" });
  proxy.inject({ fault: { kind: "reset-before" }, times: 1000 });
  const next = await take({ ...options, holder: "next" });
  expect(stalled.lost.aborted).toBe(false);
  proxy.heal();
  await new Promise<void>((done) =>
    stalled.lost.aborted ? done() : stalled.lost.addEventListener("abort", () => done()),
  );
  expect(stalled.lost.reason).toBe("this driver no longer has the run: it was taken over by next");
  await stalled.release();
  expect(await findLeaseHolder(options)).toMatchObject({ value: { holder: "next" } });
  await next.release();
});

test("while the cluster is away, and others do not take it, it is not lost", async () => {
  const options = await place("patient");
  const { client, proxy } = await connectThroughFaults(cluster);
  const held = await take({ ...options, client, holder: "a" });
  proxy.inject({ fault: { kind: "answer", status: 503 }, times: 6 });
  const seen = proxy.seen.length;
  await expect.poll(() => proxy.seen.length, { timeout: 20_000 }).toBeGreaterThan(seen + 7);
  expect(held.lost.aborted).toBe(false);
  expect(await findLeaseHolder(options)).toMatchObject({ value: { holder: "a" } });
  await held.release();
});

test("of many that want it at once one gets it", async () => {
  const options = await place("wanted");
  const taken = await Promise.all(Array.from({ length: 5 }, (_, at) => takeLease({ ...options, holder: `h${at}` })));
  const holders = taken.filter((result) => result.ok);
  expect(holders.length).toBe(1);
  for (const { value } of holders) await value.release();
});

test("an edit by others, or a deleted Lease, is noticed", async () => {
  const options = await place("edited");
  const path = resourcePath("leases", cluster.namespace, "edited");
  const held = await take({ ...options, holder: "a" });
  await options.client.request("PATCH", path, { body: { metadata: { labels: { edited: "yes" } } } });
  const renewTime = async (): Promise<string> => {
    const found = await options.client.request<Lease>("GET", path);
    return found.ok ? (found.value.spec?.renewTime ?? "") : "";
  };
  const before = await renewTime();
  await expect.poll(renewTime, { timeout: 10_000 }).not.toBe(before);
  expect(held.lost.aborted).toBe(false);
  await options.client.request("DELETE", path);
  await expect.poll(() => held.lost.aborted, { timeout: 10_000 }).toBe(true);
  expect(held.lost.reason).toContain("its Lease was deleted or given away");
});
