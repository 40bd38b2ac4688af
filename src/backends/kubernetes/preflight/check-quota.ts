// Quotas and LimitRanges of the namespace. In: what they allow and what the run asks for. Out: pods that can never be, and steps that will wait.
import type { PlanBounds } from "../../../plan/plan.ts";
import { type Amounts, containerAmounts, parseAmount, podAmounts, printAmount } from "./amounts.ts";
import type { Finding } from "./finding.ts";
import { DRIVER, type PodShape, type PodSpec } from "./pod-shape.ts";

export interface ResourceQuota {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly scopes?: readonly string[];
    readonly scopeSelector?: {
      readonly matchExpressions?: readonly {
        readonly scopeName: string;
        readonly operator: string;
        readonly values?: readonly string[];
      }[];
    };
  };
  readonly status?: {
    readonly hard?: Readonly<Record<string, string>>;
    readonly used?: Readonly<Record<string, string>>;
  };
}

export interface LimitRange {
  readonly metadata: { readonly name: string };
  readonly spec?: {
    readonly limits?: readonly {
      readonly type: string;
      readonly min?: Readonly<Record<string, string>>;
      readonly max?: Readonly<Record<string, string>>;
      readonly default?: Readonly<Record<string, string>>;
      readonly defaultRequest?: Readonly<Record<string, string>>;
    }[];
  };
}

/** What the quotas have against the run. `gpu`: the resource that counts them. */
export function checkQuotas(
  quotas: readonly ResourceQuota[],
  pods: readonly PodShape[],
  bounds: PlanBounds,
  gpu: string,
): Finding[] {
  return quotas.flatMap((quota) => {
    const counted = pods.filter(({ spec }) => isInScope(quota, spec));
    const tasks = counted.filter(({ who }) => who !== DRIVER);
    if (counted.length === 0) return [];
    const { hard = quota.spec?.hard ?? {}, used = {} } = quota.status ?? {};
    const findings = Object.entries(hard).flatMap(([name, text]): Finding[] => {
      const limit = parseAmount(text);
      if (limit === undefined) return [];
      const left = limit - (parseAmount(used[name]) ?? 0);
      const said = `quota \`${quota.metadata.name}\``;
      const tooLarge = counted.flatMap((pod): Finding[] => {
        const asked = demand(name, pod.spec);
        if (asked === undefined || asked <= limit) return [];
        const message = `${pod.who} asks for ${printAmount(name, asked)} of ${name}, and ${said} allows ${printAmount(name, limit)} in all`;
        return [{ code: "quota-too-small", severity: "error", message }];
      });
      if (tooLarge.length > 0) return tooLarge;
      const peak = peakOf(name, bounds, gpu);
      if (peak === undefined || tasks.length === 0) return [];
      const has = `${said} has ${printAmount(name, left)} of ${printAmount(name, limit)} ${name} left`;
      if (peak !== null && peak > left) {
        const most = peak === 1 && isCount(name) ? "1" : `up to ${printAmount(name, peak)}`;
        const message = `${has}, and the run uses ${most} at once: steps that find no room wait`;
        return [{ code: "quota-below-peak", severity: "warning", message }];
      }
      if (peak === null) {
        const message = `${has}; how much of it is used at once is known only in the run`;
        return [{ code: "quota-below-peak", severity: "not-checked", message }];
      }
      return [];
    });
    return findings;
  });
}

/** What a quota's resource counts of one pod; undefined when it counts nothing of pods. */
function demand(name: string, spec: PodSpec): number | undefined {
  if (isCount(name)) return 1;
  if (name.startsWith("limits.")) return podAmounts(spec, "limits").get(name.slice("limits.".length));
  const resource = name.replace(/^requests\./, "");
  return resource === "storage" ? undefined : podAmounts(spec).get(resource);
}

function isCount(name: string): boolean {
  return name === "pods" || name === "count/pods" || name === "count/jobs.batch";
}

/** Null: not bounded; undefined: the plan does not say. */
function peakOf(name: string, { peak }: PlanBounds, gpu: string): number | null | undefined {
  if (isCount(name)) return peak.pods;
  switch (name) {
    case "cpu":
    case "requests.cpu":
      return peak.cpu === 0 ? undefined : peak.cpu;
    case "memory":
    case "requests.memory":
      return peak.memory === 0 ? undefined : peak.memory;
    case `requests.${gpu}`:
      return peak.gpu === 0 ? undefined : peak.gpu;
    default:
      return undefined;
  }
}

/** Whether a quota counts such pods. */
function isInScope({ spec }: ResourceQuota, pod: PodSpec): boolean {
  const bounded = pod.activeDeadlineSeconds !== undefined;
  const asks = [...(pod.initContainers ?? []), ...pod.containers].some(
    (each) => Object.keys({ ...each.resources?.limits, ...each.resources?.requests }).length > 0,
  );
  const priority = pod.priorityClassName ?? "";
  const holds = (scope: string, operator: string, values: readonly string[]): boolean => {
    switch (scope) {
      case "Terminating":
        return bounded;
      case "NotTerminating":
        return !bounded;
      case "BestEffort":
        return !asks;
      case "NotBestEffort":
        return asks;
      case "PriorityClass":
        if (operator === "In") return values.includes(priority);
        if (operator === "NotIn") return !values.includes(priority);
        return (operator === "Exists") === (priority !== "");
      default:
        return false;
    }
  };
  const plain = (spec?.scopes ?? []).every((scope) => holds(scope, "Exists", []));
  return (
    plain &&
    (spec?.scopeSelector?.matchExpressions ?? []).every(({ scopeName, operator, values = [] }) =>
      holds(scopeName, operator, values),
    )
  );
}

/** Amounts outside of what the LimitRanges allow; for when the server cannot be asked by a dry run of the pod. */
export function checkLimitRanges(ranges: readonly LimitRange[], pods: readonly PodShape[]): Finding[] {
  return ranges.flatMap(({ metadata, spec }) =>
    (spec?.limits ?? []).flatMap(({ type, min = {}, max = {} }) =>
      pods.flatMap((pod): Finding[] => {
        const pairs: (readonly [Amounts, Amounts])[] =
          type === "Container"
            ? [...(pod.spec.initContainers ?? []), ...pod.spec.containers].map((each) => [
                containerAmounts(each, "requests"),
                containerAmounts(each, "limits"),
              ])
            : type === "Pod"
              ? [[podAmounts(pod.spec), podAmounts(pod.spec, "limits")]]
              : [];
        const report = (name: string, asked: number, what: string): Finding => ({
          code: "limit-range",
          severity: "error",
          message: `${pod.who} asks for ${printAmount(name, asked)} of ${name}, and LimitRange \`${metadata.name}\` wants ${what} for each ${type.toLowerCase()}`,
        });
        return pairs.flatMap(([requests, limits]) => [
          ...outside(requests, min, (asked, limit) => asked < limit).map(([name, asked, limit]) =>
            report(name, asked, `at least ${printAmount(name, limit)}`),
          ),
          ...outside(limits, max, (asked, limit) => asked > limit).map(([name, asked, limit]) =>
            report(name, asked, `at most ${printAmount(name, limit)}`),
          ),
        ]);
      }),
    ),
  );
}

function outside(
  amounts: Amounts,
  limits: Readonly<Record<string, string>>,
  isOutside: (asked: number, limit: number) => boolean,
): [name: string, asked: number, limit: number][] {
  return Object.entries(limits).flatMap(([name, text]) => {
    const asked = amounts.get(name);
    const limit = parseAmount(text);
    return asked !== undefined && limit !== undefined && isOutside(asked, limit) ? [[name, asked, limit]] : [];
  });
}
