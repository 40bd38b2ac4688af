import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generateDocs } from "../../scripts/generate-docs.ts";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { fishCompletion } from "../../src/cli/completion/fish.ts";
import { zshCompletion } from "../../src/cli/completion/zsh.ts";

test("the generated pages of the manual are up to date (node scripts/generate-docs.ts writes them)", () => {
  for (const [path, text] of generateDocs())
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"), path).toBe(text);
});

test("each command has a summary, an example and options that are described", () => {
  for (const command of COMMANDS) {
    expect(command.summary).toMatch(/^[a-z].*[^.]$/);
    expect(command.examples.length).toBeGreaterThan(0);
    for (const option of command.options) expect(option.description).not.toBe("");
    expect(new Set(command.options.map((option) => option.name)).size).toBe(command.options.length);
  }
});

test("each command can be loaded", async () => {
  for (const command of COMMANDS) expect(typeof (await command.load())).toBe("function");
});

test("zsh and fish know every command and option, quotes closed", () => {
  for (const script of [zshCompletion(COMMANDS), fishCompletion(COMMANDS)]) {
    for (const command of COMMANDS) {
      expect(script).toContain(command.name);
      for (const option of command.options) expect(script).toContain(option.name);
    }
    for (const line of script.split("\n"))
      expect((line.replaceAll("'\\''", "").replaceAll("\\'", "").match(/'/g) ?? []).length % 2, line).toBe(0);
  }
});
