// Writes docs/plan.schema.json from the schema that the code has: `node scripts/generate-plan-schema.ts`.
import { writeFileSync } from "node:fs";
import { planSchema } from "../src/plan/schema.ts";

writeFileSync(new URL("../docs/plan.schema.json", import.meta.url), `${JSON.stringify(planSchema(), null, 2)}\n`);
