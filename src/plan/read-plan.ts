// Reads a plan that was written earlier, by this or another version of sluice. In: JSON text. Out: a plan that is as `plan.ts` has it, or a
// sentence about the first thing that is not.
import { PLAN_VERSION, type Plan } from "./plan.ts";
import { planSchema } from "./schema.ts";

export type PlanRead = { readonly ok: true; readonly plan: Plan } | { readonly ok: false; readonly message: string };

/** The plan in a JSON text. The message of a failure starts with "the plan" and names the place in the JSON. */
export async function readPlan(text: string): Promise<PlanRead> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return fail(`the plan is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) return fail("the plan is not a JSON object");
  const version = "version" in json ? json.version : undefined;
  if (typeof version !== "number") return fail("the plan says no format version, so it is not a sluice plan");
  if (version !== PLAN_VERSION) {
    const advice = version > PLAN_VERSION ? "use the newer sluice that wrote it" : "compile the sources again";
    return fail(`the plan has format version ${version}, and this sluice reads version ${PLAN_VERSION}: ${advice}`);
  }
  // Loaded here: most commands never read a plan.
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const validate = new Ajv2020({ allowUnionTypes: true, inlineRefs: false }).compile<Plan>(planSchema());
  try {
    if (validate(json)) return { ok: true, plan: json as Plan };
  } catch (error) {
    if (error instanceof RangeError) return fail("the plan is nested too deeply to be one that sluice wrote");
    throw error;
  }
  // Alternatives that do not fit fail early, so that the deepest place is where the one that was meant went wrong.
  const [worst] = [...(validate.errors ?? [])].sort((a, b) => depth(b.instancePath) - depth(a.instancePath));
  const where = worst && worst.instancePath !== "" ? ` at \`${shortPath(worst.instancePath)}\`` : "";
  const named =
    worst && "additionalProperty" in worst.params ? ` (\`${String(worst.params.additionalProperty)}\`)` : "";
  return fail(`the plan is damaged${where}: it ${worst?.message ?? "is not as it should be"}${named}`);
}

function fail(message: string): PlanRead {
  return { ok: false, message };
}

/** The end of a long path: chains of operators go deep. */
function shortPath(path: string): string {
  return path.length <= 80 ? path : `…${path.slice(-79)}`;
}

function depth(path: string): number {
  return path.split("/").length;
}
