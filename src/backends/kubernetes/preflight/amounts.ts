// Amounts as Kubernetes writes them, and what a pod asks for in all. Names of resources are those of Kubernetes: `cpu` in cores, `memory` in bytes,
// extended resources such as `nvidia.com/gpu` in pieces.
import { printBytes, printCores } from "../../../emit/quantities.ts";
import type { ContainerSpec, PodSpec } from "./pod-shape.ts";

const QUANTITY = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E))?$/;
const FACTORS: ReadonlyMap<string, number> = new Map([
  ["n", 1e-9],
  ["u", 1e-6],
  ["m", 1e-3],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
  ["T", 1e12],
  ["P", 1e15],
  ["E", 1e18],
  ["Ki", 2 ** 10],
  ["Mi", 2 ** 20],
  ["Gi", 2 ** 30],
  ["Ti", 2 ** 40],
  ["Pi", 2 ** 50],
  ["Ei", 2 ** 60],
]);

/** The number of a quantity such as `500m`, `16Gi` or `1e3`; undefined when it is none. */
export function parseAmount(quantity: string | number | undefined): number | undefined {
  if (typeof quantity === "number") return quantity;
  const match = QUANTITY.exec(quantity?.trim() ?? "");
  if (!match) return undefined;
  return Number(`${match[1]}${match[2] ?? ""}`) * (FACTORS.get(match[3] ?? "") ?? 1);
}

/** The amount as people read it; `resource` may have `requests.` or `limits.` before it. */
export function printAmount(resource: string, amount: number): string {
  const name = resource.replace(/^(requests|limits)\./, "");
  // A quota that was made smaller has less than nothing left.
  if (amount <= 0) return "0";
  if (name === "cpu") return printCores(amount);
  return /^(memory|storage|ephemeral-storage|hugepages-.*)$/.test(name) ? printBytes(amount) : String(amount);
}

export type Side = "requests" | "limits";
export type Amounts = ReadonlyMap<string, number>;

/** What one container asks for; a limit without a request is the request too. */
export function containerAmounts({ resources }: ContainerSpec, side: Side): Amounts {
  const given = side === "limits" ? resources?.limits : { ...resources?.limits, ...resources?.requests };
  const amounts = new Map<string, number>();
  for (const [name, quantity] of Object.entries(given ?? {})) {
    const amount = parseAmount(quantity);
    if (amount !== undefined) amounts.set(name, amount);
  }
  return amounts;
}

/** What the pod asks for at once: its containers with its sidecars, or an init container with the sidecars before it. */
export function podAmounts(spec: PodSpec, side: Side = "requests"): Amounts {
  const beside = new Map<string, number>();
  const highest = new Map<string, number>();
  const add = (to: Map<string, number>, amounts: Amounts): void => {
    for (const [name, amount] of amounts) to.set(name, (to.get(name) ?? 0) + amount);
  };
  for (const each of spec.initContainers ?? []) {
    const own = containerAmounts(each, side);
    if (each.restartPolicy === "Always") add(beside, own);
    else
      for (const [name, amount] of own)
        highest.set(name, Math.max(highest.get(name) ?? 0, amount + (beside.get(name) ?? 0)));
  }
  const all = new Map(beside);
  for (const each of spec.containers) add(all, containerAmounts(each, side));
  for (const [name, amount] of highest) all.set(name, Math.max(all.get(name) ?? 0, amount));
  return all;
}
