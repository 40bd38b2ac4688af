// Whether the nodes there are can hold the pods. In: nodes and pods. Out: pods that no node is right for, and what stands in the way. Where nodes
// come and go as they are needed, this is no error: the right one may come.
import { suggest } from "../../../util/suggest.ts";
import { parseAmount, podAmounts, printAmount } from "./amounts.ts";
import { type Finding, quoteList } from "./finding.ts";
import { DRIVER, type NodeRequirement, type PodShape, type PodSpec, type Toleration } from "./pod-shape.ts";

export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

export interface ClusterNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** By resource, as Kubernetes writes amounts. */
  readonly allocatable: Readonly<Record<string, string>>;
  /** Names of images that it has. */
  readonly images: readonly string[];
}

/** Labels of nodes that belong to a pool which can grow. */
const POOL_LABELS = [
  "karpenter.sh/nodepool",
  "cloud.google.com/gke-nodepool",
  "eks.amazonaws.com/nodegroup",
  "kubernetes.azure.com/agentpool",
  "node.cluster.x-k8s.io/machine-pool",
];
/** Taints that say how a node is, and pass. */
const PASSING_TAINT = /^node\.(kubernetes|cloudprovider\.kubernetes)\.io\//;

/** What no node is right for. `growth`: by step, what its task may ask for after retries. */
export function checkNodes(
  nodes: readonly ClusterNode[],
  pods: readonly PodShape[],
  growth: ReadonlyMap<PodShape, ReadonlyMap<string, number>>,
): Finding[] {
  const mayGrow =
    nodes.length === 0 || nodes.some(({ labels }) => POOL_LABELS.some((label) => Object.hasOwn(labels, label)));
  const severity = mayGrow ? "warning" : "error";
  const unless = mayGrow ? "; the pods wait until the cluster adds such a node" : "";
  return pods.flatMap((pod): Finding[] => {
    const matching = nodes.filter((node) => matches(node, pod.spec));
    if (matching.length === 0) {
      const [message, help] = describeSelection(nodes, pod);
      return [{ code: "no-matching-node", severity, message: `${message}${unless}`, ...(help && { help }) }];
    }
    const asked = podAmounts(pod.spec);
    const large = matching.filter((node) => holds(node, asked));
    if (large.length === 0) return [{ code: "no-large-node", severity, ...describeSize(matching, pod, asked, unless) }];
    const open = large.filter((node) => untolerated(node, pod.spec.tolerations ?? []).length === 0);
    if (open.length === 0) return [describeTaints(large, pod, mayGrow)];
    const grown = growth.get(pod) ?? new Map<string, number>();
    if (open.some((node) => holds(node, new Map([...asked, ...grown])))) return [];
    const what = [...grown].filter(([name, amount]) => !open.some((node) => holds(node, new Map([[name, amount]]))));
    const told = (what.length > 0 ? what : [...grown]).map(
      ([name, amount]) => `${printAmount(name, amount)} of ${name}`,
    );
    const message = `${pod.who} may ask for up to ${told.join(" and ")} after retries, and no node that it can run on has as much${unless}`;
    return [{ code: "growth-too-large", severity: "warning", message }];
  });
}

/** Whether node labels are as the pod wants them. */
function matches({ name, labels }: ClusterNode, { nodeSelector = {}, affinity }: PodSpec): boolean {
  const selected = Object.entries(nodeSelector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
  const terms = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const all = { ...labels, "metadata.name": name };
  return (
    selected && (terms?.some(({ matchExpressions = [] }) => matchExpressions.every((each) => meets(all, each))) ?? true)
  );
}

function meets(labels: Readonly<Record<string, string>>, { key, operator, values = [] }: NodeRequirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}

function holds({ allocatable }: ClusterNode, asked: ReadonlyMap<string, number>): boolean {
  return [...asked].every(([name, amount]) => amount <= allocated(allocatable, name));
}

function allocated(allocatable: ClusterNode["allocatable"], name: string): number {
  return Object.hasOwn(allocatable, name) ? (parseAmount(allocatable[name]) ?? 0) : 0;
}

/** The taints that keep the pod off the node. */
function untolerated({ taints }: ClusterNode, tolerations: readonly Toleration[]): Taint[] {
  return taints.filter(
    (taint) => taint.effect !== "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, taint)),
  );
}

function tolerates({ key = "", operator = "Equal", value = "", effect = "" }: Toleration, taint: Taint): boolean {
  if (effect !== "" && effect !== taint.effect) return false;
  if (operator === "Exists") return key === "" || key === taint.key;
  return key === taint.key && value === (taint.value ?? "");
}

function describeSelection(nodes: readonly ClusterNode[], { who, spec }: PodShape): [message: string, help?: string] {
  if (nodes.length === 0) return [`the cluster has no node for ${who}`];
  const wanted = Object.entries(spec.nodeSelector ?? {});
  for (const [key, value] of wanted) {
    const values = nodes.flatMap(({ labels }) => (Object.hasOwn(labels, key) ? [labels[key]!] : []));
    if (values.includes(value)) continue;
    const text = `${who} asks for nodes with the label \`${key}: ${value}\`, and no node has it`;
    if (values.length > 0) return [text, `values of \`${key}\` here are ${quoteList(values.toSorted())}`];
    const [near] = suggest(key, [...new Set(nodes.flatMap(({ labels }) => Object.keys(labels)))]);
    return [
      text,
      near === undefined ? "`kubectl get nodes --show-labels` shows those there are" : `Did you mean \`${near}\`?`,
    ];
  }
  const labels = wanted.map(([key, value]) => `${key}: ${value}`);
  return labels.length > 1
    ? [`${who} asks for nodes with the labels ${quoteList(labels)}, and no node has all of them`]
    : [`no node meets the node affinity of ${who}`];
}

function describeSize(
  nodes: readonly ClusterNode[],
  { who }: PodShape,
  asked: ReadonlyMap<string, number>,
  unless: string,
): { message: string; help?: string } {
  for (const [name, amount] of asked) {
    const most = Math.max(...nodes.map(({ allocatable }) => allocated(allocatable, name)));
    if (amount <= most) continue;
    const text = `${who} asks for ${printAmount(name, amount)} of \`${name}\``;
    if (most > 0)
      return { message: `${text}, and the largest node that it may run on has ${printAmount(name, most)}${unless}` };
    const devices = nodes.flatMap(({ allocatable }) => Object.keys(allocatable)).filter((each) => each.includes("/"));
    const message = `${text}, and no node that it may run on has any${unless}`;
    return devices.length === 0 ? { message } : { message, help: `nodes have ${quoteList(devices.toSorted())}` };
  }
  const all = [...asked].map(([name, amount]) => `${printAmount(name, amount)} of \`${name}\``);
  return { message: `${who} asks for ${all.join(", ")}, and no node that it may run on has all of it${unless}` };
}

function describeTaints(nodes: readonly ClusterNode[], { who, spec }: PodShape, mayGrow: boolean): Finding {
  const taints = nodes.flatMap((node) => untolerated(node, spec.tolerations ?? []));
  const lasting = taints.filter(({ key }) => !PASSING_TAINT.test(key));
  const shown = quoteList(taints.map(({ key, value, effect }) => `${key}${value ? `=${value}` : ""}:${effect}`));
  const message = `the nodes that ${who} could run on have taints that it does not tolerate: ${shown}`;
  const [first] = lasting;
  if (first === undefined)
    return {
      code: "taint-not-tolerated",
      severity: "warning",
      message,
      help: "they are cordoned or not ready, which may pass",
    };
  const value = first.value ? `operator: "Equal", value: "${first.value}"` : `operator: "Exists"`;
  // As both YAML and a task's `resources` read it.
  const toleration = `{ key: "${first.key}", ${value}, effect: "${first.effect}" }`;
  const isDriver = who === DRIVER;
  const where = isDriver
    ? "the driver needs a node without taints"
    : `add \`tolerations: [${toleration}]\` to \`gpu\` of the profile, or to the task's \`resources\``;
  return { code: "taint-not-tolerated", severity: mayGrow && isDriver ? "warning" : "error", message, help: where };
}
