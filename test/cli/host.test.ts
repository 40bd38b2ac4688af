import { expect, test } from "vitest";
import { createProgramHost } from "../../src/cli/host.ts";
import { sha256 } from "../../src/util/sha256.ts";

test("a large text has the hash that the compiler would find itself, and a small one is left to it", () => {
  const host = createProgramHost("/");
  const large = "task größe → 𝄞\n".repeat(10_000);
  expect(host.sha256?.(large)).toBe(sha256(large));
  expect(host.sha256?.("const A = 1")).toBeUndefined();
});
