// One driver per run: a Lease that its holder renews. It only keeps two drivers from doing the same work twice; what must not happen at all is
// prevented by the journal's and the objects' names. In: who wants it. Out: that it is held, until it is released or lost; or who has it.
import type { FileResult } from "../file-problem.ts";
import { type ApiResult, describeProblem, isPassing } from "./api-problem.ts";
import { type ClusterClient, pause, type RequestOptions } from "./client.ts";
import type { RunRoot } from "./create-once.ts";
import type { Lease } from "./objects.ts";
import { resourcePath } from "./resource-path.ts";

export interface LeaseOptions {
  readonly client: ClusterClient;
  readonly namespace: string;
  /** Name of the Lease. */
  readonly name: string;
  /** Who holds it, for people and unlike any other: user, machine, process, a random part. */
  readonly holder: string;
  readonly root: RunRoot;
  readonly labels?: Readonly<Record<string, string>>;
  /** Seconds without renewal after which others may take it. Default 15. */
  readonly duration?: number;
  /** Takes it from whoever has it, who learns that when it is to be renewed. */
  readonly takeOver?: boolean;
  readonly signal?: AbortSignal;
}

export interface HeldLease {
  /** Aborts when somebody else holds it, with the sentence that says who as its reason. */
  readonly lost: AbortSignal;
  /** Whether nobody else can have it now: it was renewed within its time. Does not hold against `takeOver`. */
  isHeld(): boolean;
  /** Gives it back, so that the next one need not wait. */
  release(): Promise<void>;
}

/** Who holds a Lease that has not run out, as far as can be told from one look. */
export interface LeaseHolder {
  readonly holder: string;
  /** Milliseconds since the epoch, by the holder's clock. */
  readonly since: number;
  readonly renewed: number;
}

const DURATION = 15;
/** Milliseconds for which a server that is away or overloaded is asked again. */
const PATIENCE = 30_000;
/** Milliseconds: no two clocks are further apart, so that a Lease this old has run out, whoever wrote it. */
const LARGEST_SKEW = 600_000;

/** Takes the Lease, waiting for one that is not renewed to run out; or says who has it. */
export async function takeLease(options: LeaseOptions): Promise<FileResult<HeldLease>> {
  const { client, holder, signal, takeOver = false } = options;
  const { clock } = client;
  const duration = options.duration ?? DURATION;
  const doing = `take the Lease \`${options.name}\``;
  const began = clock.now();
  let seen: { readonly version: string | undefined; readonly at: number } | undefined;
  for (;;) {
    const found = await readLease(options);
    if (!found.ok && found.status !== 404) return { ok: false, message: describeProblem(found, doing) };
    const lease = found.ok ? found.value : undefined;
    const { holderIdentity = "", leaseDurationSeconds = duration } = lease?.spec ?? {};
    const old = clock.now() - parseTime(lease?.spec?.renewTime) > leaseDurationSeconds * 1000 + LARGEST_SKEW;
    const version = lease?.metadata.resourceVersion;
    if (seen === undefined) seen = { version, at: clock.now() };
    const unchanged = seen.version === version;
    // Clocks differ: whether it is renewed is seen, not computed.
    const ranOut = unchanged && clock.now() - seen.at >= leaseDurationSeconds * 1000;
    const isFree = lease === undefined || holderIdentity === "" || holderIdentity === holder || old || ranOut;
    if (isFree || takeOver) {
      const asked = clock.now();
      const taken = await write(options, lease, duration, true);
      if (taken.ok) return { ok: true, value: keep(options, taken.value, duration, asked) };
      // What became of a request that was lost is seen at the next look.
      if (taken.status !== 409 && (!isPassing(taken) || clock.now() - began >= PATIENCE))
        return { ok: false, message: describeProblem(taken, doing) };
      // With 409 somebody else was faster; its renewals will be seen.
    } else if (!unchanged) {
      const since = new Date(parseTime(lease?.spec?.acquireTime)).toISOString();
      return { ok: false, message: `this run is being driven by ${holderIdentity} since ${since}` };
    }
    if (!(await pause(clock, Math.min(1000, duration * 100), signal))) return { ok: false, message: "it was given up" };
  }
}

/** Who holds the Lease now; undefined when nobody does, or it was not renewed for long. */
export async function findLeaseHolder(
  options: Pick<LeaseOptions, "client" | "namespace" | "name">,
): Promise<FileResult<LeaseHolder | undefined>> {
  const found = await readLease(options);
  if (!found.ok)
    return found.status === 404
      ? { ok: true, value: undefined }
      : { ok: false, message: describeProblem(found, `read the Lease \`${options.name}\``) };
  const { holderIdentity = "", leaseDurationSeconds = DURATION, renewTime, acquireTime } = found.value.spec ?? {};
  const renewed = parseTime(renewTime);
  if (holderIdentity === "" || options.client.clock.now() - renewed > leaseDurationSeconds * 1000)
    return { ok: true, value: undefined };
  return { ok: true, value: { holder: holderIdentity, since: parseTime(acquireTime), renewed } };
}

function keep(options: LeaseOptions, taken: Lease, duration: number, wroteAt: number): HeldLease {
  const { client, holder } = options;
  const lost = new AbortController();
  const ended = new AbortController();
  let lease = taken;
  let renewedAt = wroteAt;
  // While the cluster cannot be reached the Lease is not lost: nobody may have taken it, and without the cluster we can do nothing anyway.
  const renewing = (async () => {
    while (await pause(client.clock, (duration * 1000) / 3, ended.signal)) {
      const asked = client.clock.now();
      const renewed = await write(options, lease, duration, false);
      if (renewed.ok) {
        renewedAt = asked;
        lease = renewed.value;
        continue;
      }
      if (renewed.status !== 409 && renewed.status !== 404) continue;
      const found = await readLease(options);
      if (ended.signal.aborted) return;
      if (!found.ok && found.status !== 404) continue;
      const other = found.ok ? found.value.spec?.holderIdentity : undefined;
      if (found.ok && other === holder) {
        lease = found.value;
        continue;
      }
      const who =
        other === undefined || other === "" ? "its Lease was deleted or given away" : `it was taken over by ${other}`;
      lost.abort(`this driver no longer has the run: ${who}`);
      return;
    }
  })();
  return {
    lost: lost.signal,
    isHeld: () => !lost.signal.aborted && client.clock.now() - renewedAt < duration * 1000,
    release: async () => {
      ended.abort();
      await renewing;
      if (lost.signal.aborted) return;
      const spec = { ...lease.spec, holderIdentity: "" };
      await send(options, { ...lease, spec }, { patience: 2000, timeout: 5000, priority: "first" });
    },
  };
}

function readLease({
  client,
  namespace,
  name,
}: Pick<LeaseOptions, "client" | "namespace" | "name">): Promise<ApiResult<Lease>> {
  return client.request<Lease>("GET", resourcePath("leases", namespace, name), { priority: "first" });
}

async function write(
  options: LeaseOptions,
  known: Lease | undefined,
  duration: number,
  acquire: boolean,
): Promise<ApiResult<Lease>> {
  const { client, namespace, name, holder, root, labels } = options;
  const now = printTime(client.clock.now());
  const transitions = (known?.spec?.leaseTransitions ?? -1) + (acquire ? 1 : 0);
  const spec = {
    ...known?.spec,
    holderIdentity: holder,
    leaseDurationSeconds: duration,
    renewTime: now,
    ...(acquire ? { acquireTime: now } : {}),
    leaseTransitions: Math.max(0, transitions),
  };
  const limits = { patience: 0, timeout: Math.max(1000, (duration * 1000) / 3), priority: "first" } as const;
  // The version known goes with it: whoever has written since then makes it a conflict.
  if (known !== undefined) return send(options, { ...known, spec }, limits);
  const metadata = {
    name,
    ...(labels && { labels }),
    ownerReferences: [{ apiVersion: "v1", kind: "ConfigMap", ...root }],
  };
  const body: Lease = { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec };
  return client.request<Lease>("POST", resourcePath("leases", namespace), { ...limits, body });
}

function send(
  { client, namespace, name }: LeaseOptions,
  lease: Lease,
  limits: Pick<RequestOptions, "patience" | "timeout" | "priority">,
): Promise<ApiResult<Lease>> {
  return client.request<Lease>("PUT", resourcePath("leases", namespace, name), { ...limits, body: lease });
}

// The server takes no fewer than six decimals.
function printTime(time: number): string {
  return new Date(time).toISOString().replace("Z", "000Z");
}

function parseTime(text: string | undefined): number {
  const time = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? 0 : time;
}
