// The example of a catalogue entry, compiled as a file of its own, and what is said of it.
import { compile } from "../compiler.ts";
import type { CatalogFacts } from "../diagnostics/catalog.ts";
import { type RenderOptions, renderDiagnostics } from "../diagnostics/render.ts";

/** The rendered diagnostics of an example; empty where no program alone can show it. */
export function renderExample(entry: CatalogFacts, options: RenderOptions): string {
  if (entry.shownBy === "command") return "";
  const { diagnostics, sources } = compile("main.pipe", {
    readText: (path) =>
      path === "main.pipe" ? { ok: true, text: entry.example } : { ok: false, reason: "it does not exist" },
    resolve: (_, importText) => importText.replace(/^\.\//, ""),
  });
  return renderDiagnostics(diagnostics, sources, options);
}
