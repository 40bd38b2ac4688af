// Terms of expr-lang, the expression language of Argo's tags, as text: what the parts of a Workflow are made of beside translated expressions.
// Holds afterwards: no term holds two braces in a row, so that a tag ends where we end it, and no data ever looks like a tag.
import { quoteText } from "./expression/literal.ts";

/** Text whose `{{`, data of JSON strings, is hidden from later passes: an escape in JSON stands for the same text. */
export function hide(json: string): string {
  return `replace(${json}, "{" + "{", "{" + "\\\\u007b")`;
}

/** A tag that stands for the term's value. */
export function tag(term: string): string {
  return `{{=${spaced(term)}}}`;
}

/** The term without adjacent braces: those of texts are written otherwise already. */
export function spaced(term: string): string {
  return term.replace(/\}(?=\})/g, "} ").replace(/\{(?=\{)/g, "{ ");
}

/** The text of an input of the template in which the term stands. */
export function input(name: string): string {
  return `inputs.parameters["${name}"]`;
}

/** The text of an output of a task of the same template. */
export function output(task: string, name: string): string {
  return `tasks["${task}"].outputs.parameters["${name}"]`;
}

/** The status of a task that has ended: `Succeeded`, `Failed`, `Error`, `Skipped` or `Omitted`. */
export function status(task: string): string {
  return `tasks["${task}"].status`;
}

/** A list of terms. */
export function list(items: readonly string[]): string {
  return `[${items.join(", ")}]`;
}

/** A record of terms. */
export function record(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, value]) => `${quoteText(name)}: ${value}`).join(", ")}}`;
}

/** The value of `term`, computed once, as `#` in `use`, which holds no closures around its `#`. */
export function once(term: string, use: string): string {
  return `map([${term}], ${use})[0]`;
}

/** Ends the evaluation with a sentence, itself a term. */
export function fail(message: string): string {
  return `sprig.fail(${message})`;
}

/** What Kubernetes expands to the text. */
export function unexpanded(term: string): string {
  return `replace(${term}, "$", "$$")`;
}
