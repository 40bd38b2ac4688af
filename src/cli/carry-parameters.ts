// The parameters of a run that goes on with an edited program: what was given stays, as far as the new program still takes it.
import type { PlanParameter } from "../plan/plan.ts";
import { printType } from "../types/print.ts";
import { typesEqual } from "../types/relate.ts";
import { makeRecord, type RecordValue, type Value } from "../types/value.ts";

export type Carried =
  | { readonly ok: true; readonly value: RecordValue }
  | { readonly ok: false; readonly message: string };

/** The values for the new parameters; a parameter that is new or of another type needs a default. */
export function carryParameters(
  before: readonly PlanParameter[],
  now: readonly PlanParameter[],
  values: RecordValue,
): Carried {
  const entries: [string, Value][] = [];
  for (const parameter of now) {
    const old = before.find((one) => one.name === parameter.name);
    if (old && typesEqual(old.type, parameter.type)) entries.push([parameter.name, values[parameter.name] ?? null]);
    else if (parameter.default !== undefined) entries.push([parameter.name, parameter.default]);
    else if (parameter.type.kind === "optional") entries.push([parameter.name, null]);
    else {
      const what = old
        ? `was \`${printType(old.type)}\` and is \`${printType(parameter.type)}\` now`
        : "is new and has no default";
      return { ok: false, message: `parameter \`${parameter.name}\` ${what}` };
    }
  }
  return { ok: true, value: makeRecord(entries) };
}
