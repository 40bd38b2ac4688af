// Which process a number means. A process id alone is used again after its process ended; together with the time the process began and the
// boot of the machine it names one process for ever. A process that ended but was not yet collected by its parent counts as ended.
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import { hostname } from "node:os";

export interface ProcessIdentity {
  readonly pid: number;
  /** When it began: clock ticks since boot on Linux, seconds since the epoch elsewhere. */
  readonly start: string;
  /** The boot of the machine it runs on; "" where the system has no name for it. */
  readonly boot: string;
  readonly host: string;
}

export interface ProcessStatus {
  readonly state: string;
  readonly group: number;
  readonly start: string;
}

/** The identity of a process that runs now; undefined when it does not. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const start = startOf(pid);
  return start === undefined ? undefined : { pid, start, boot: bootId(), host: hostName() };
}

/** An identity that was written down as JSON; undefined when it is none. */
export function parseIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { pid, start, boot, host } = value as Partial<ProcessIdentity>;
  const fits =
    Number.isSafeInteger(pid) && typeof start === "string" && typeof boot === "string" && typeof host === "string";
  return fits ? (value as ProcessIdentity) : undefined;
}

/** The identity of a child begun just now, at `time` milliseconds since the epoch; it may have ended, but not have been collected. */
export function identifyNewProcess(pid: number, time: number): ProcessIdentity | undefined {
  if (process.platform === "linux") {
    const start = readProcessStatus(pid)?.start;
    return start === undefined ? undefined : { pid, start, boot: bootId(), host: hostName() };
  }
  // Asking `ps` would take as long as starting the process did.
  return { pid, start: String(Math.round(time / 1000)), boot: bootId(), host: hostName() };
}

/** Whether the process still runs. For a process of another host, nobody here can know: undefined. */
export function isRunning(identity: ProcessIdentity): boolean | undefined {
  if (identity.host !== hostName()) return undefined;
  if (identity.boot !== bootId()) return false;
  const start = startOf(identity.pid);
  if (start === undefined) return false;
  return process.platform === "linux"
    ? start === identity.start
    : Math.abs(Number(start) - Number(identity.start)) <= 2;
}

/** State, group and start of a process from /proc; undefined when there is none, or no /proc. */
export function readProcessStatus(pid: number): ProcessStatus | undefined {
  let text: string;
  try {
    text = fs.readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The command's name stands in parentheses and may itself hold spaces and parentheses.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0] ?? "", group: Number(fields[2]), start: fields[19] ?? "" };
}

/** The numbers of all processes, with their status; none without /proc. */
export function* listProcesses(): Generator<readonly [pid: number, status: ProcessStatus]> {
  let names: string[];
  try {
    names = fs.readdirSync("/proc");
  } catch {
    return;
  }
  for (const name of names) {
    const pid = Number(name);
    const status = Number.isInteger(pid) ? readProcessStatus(pid) : undefined;
    if (status !== undefined) yield [pid, status];
  }
}

/**
 * Whether a process group has a member that runs. One whose members have all ended is still there until their parent, which may be a careless
 * first process of a container, has collected them. Without /proc: true.
 */
export function hasLivingMembers(group: number): boolean {
  if (process.platform !== "linux") return true;
  for (const [, status] of listProcesses()) if (status.group === group && !hasEnded(status)) return true;
  return false;
}

/** Whether the process has ended and only waits to be collected. */
export function hasEnded(status: ProcessStatus): boolean {
  return status.state === "Z" || status.state === "X";
}

function startOf(pid: number): string | undefined {
  if (process.platform === "linux") {
    const status = readProcessStatus(pid);
    return status === undefined || hasEnded(status) ? undefined : status.start;
  }
  try {
    const [state = "", ...start] = execFileSync("ps", ["-o", "state=,lstart=", "-p", String(pid)], {
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", "pipe", "ignore"],
    })
      .trim()
      .split(/\s+/);
    return state === "" || state.startsWith("Z") ? undefined : String(Date.parse(`${start.join(" ")} UTC`) / 1000);
  } catch {
    return undefined;
  }
}

let knownHost: string | undefined;

/** The name of this machine. */
export function hostName(): string {
  knownHost ??= hostname();
  return knownHost;
}

let knownBoot: string | undefined;

/** A name for the time since the machine was started; "" where there is none. */
export function bootId(): string {
  knownBoot ??= findBootId();
  return knownBoot;
}

function findBootId(): string {
  try {
    if (process.platform === "linux") return fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return execFileSync("sysctl", ["-n", "kern.bootsessionuuid"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "";
  }
}
