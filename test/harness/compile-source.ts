// Compiles a source text from memory, all the way to the plan.
import { type Compilation, compile } from "../../src/compiler.ts";
import { createMemoryHost } from "./memory-host.ts";

/** Compiles `main.pipe` of the given text, with other files beside it. */
export function compileSource(text: string, files: Readonly<Record<string, string>> = {}): Compilation {
  return compile("main.pipe", createMemoryHost({ "main.pipe": text, ...files }));
}
