// What all parts of one emission share: the program, names that are taken, templates made so far, and what Argo cannot keep.
import type { KubernetesProfile } from "../../config/kubernetes-profile.ts";
import { argo } from "../../diagnostics/catalog/argo.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Expr } from "../../expr/expr.ts";
import type { Plan, PlanPipeline, PlanTask } from "../../plan/plan.ts";
import type { Span } from "../../text/span.ts";
import type { Type } from "../../types/type.ts";
import type { RecordValue } from "../../types/value.ts";
import type { JsonObject } from "../yaml.ts";
import { toParameter } from "./expression/parameter.ts";
import { translate } from "./expression/translate.ts";
import { argoName } from "./task-name.ts";
import { hide } from "./terms.ts";

export type Refusal = "argo-refused" | "argo-retry" | "argo-files" | "argo-failure";

export interface ArgoTemplate {
  readonly name: string;
  /** Above it in the file. */
  readonly comment: string;
  readonly body: JsonObject;
}

export interface ArgoContext {
  readonly plan: Plan;
  readonly pipeline: PlanPipeline;
  readonly parameters: RecordValue;
  readonly profile: KubernetesProfile;
  readonly namespace: string;
  readonly tasks: ReadonlyMap<string, PlanTask>;
  readonly pipelines: ReadonlyMap<string, PlanPipeline>;
  readonly templates: ArgoTemplate[];
  /** Names of templates that are taken. */
  readonly taken: Set<string>;
  /** Which of the templates that every program may use are in use. */
  readonly shared: Set<"value" | "check" | "wait" | "failed-item">;
  /** Where the Workflow is one run: its name. */
  readonly run?: string;
  /** Ids of the pipelines that are called for items of maps. */
  readonly ofItems: ReadonlySet<string>;
  /** Templates of called pipelines, by id. */
  readonly called: Map<string, MadeBlock>;
  readonly diagnostics: Diagnostic[];
  readonly span: (place: string) => Span;
}

export interface MadeBlock {
  readonly name: string;
  readonly inputs: readonly string[];
}

/** What a name stands for where an expression is read. */
export interface Binding {
  /** The term of its value. */
  readonly term: string;
  readonly type: Type;
  /** The term of its value as JSON text, where there is one. */
  readonly json?: string;
  /** The JSON text is hidden already. */
  readonly hidden?: true;
  /** Tasks of the same template that must have succeeded before it is read. */
  readonly after: readonly string[];
}

export type Scope = ReadonlyMap<string, Binding>;

/** Makes a leaf template under a name made of these parts. */
export type LeafMaker = (nameParts: readonly string[]) => { readonly name: string; readonly inputs: readonly string[] };

const diagnostic = bindDiagnostics(argo);

/** Says what Argo cannot keep. `at`: "file:line:column". */
export function refuse(
  context: ArgoContext,
  code: Refusal,
  at: string,
  parts: { readonly what: string; readonly reason: string; readonly instead: string },
): void {
  const span = context.span(at);
  const same = (each: Diagnostic) =>
    each.code === code && each.span.start === span.start && each.span.file === span.file;
  const found = diagnostic(code, span, { what: parts.what, reason: parts.reason }, { help: parts.instead });
  if (!context.diagnostics.some((each) => same(each) && each.message === found.message))
    context.diagnostics.push(found);
}

/** The expression as a term; `nil` where it is refused, which then has been said. `at` is named where the expression has no place of its own. */
export function term(context: ArgoContext, expr: Expr, scope: Scope, at: string): string {
  const translated = translateIn(expr, scope);
  if (translated.ok) return translated.text;
  const { construct, reason, instead, at: place } = translated.refusal;
  refuse(context, "argo-refused", place ?? at, { what: construct, reason, instead });
  return "nil";
}

/** The type of the expression; String where it is refused. */
export function typeOfTerm(_: ArgoContext, expr: Expr, scope: Scope): Type {
  const translated = translateIn(expr, scope);
  return translated.ok ? translated.type : { kind: "string" };
}

function translateIn(expr: Expr, scope: Scope) {
  return translate(expr, (name) => {
    const binding = scope.get(name);
    return binding && { text: binding.term, type: binding.type };
  });
}

/** The value of the expression as a parameter of a task: JSON text that no later pass evaluates. */
export function parameterTerm(context: ArgoContext, expr: Expr, scope: Scope, at: string): string {
  const binding = expr.op === "ref" ? scope.get(expr.name) : undefined;
  return binding ? bindingParameter(binding) : toParameter(term(context, expr, scope, at));
}

/** The value of a name as a parameter of a task. */
export function bindingParameter(binding: Binding): string {
  if (binding.json === undefined) return toParameter(binding.term);
  return binding.hidden ? binding.json : hide(binding.json);
}

/** A name that stands for JSON text. */
export function jsonBinding(json: string, type: Type, after: readonly string[], hidden: boolean): Binding {
  return { term: `fromJSON(${json})`, type, json, after, ...(hidden && { hidden }) };
}

/** A name for a template that none has yet: the parts joined by `-`, at most 110 characters. */
export function templateName(context: ArgoContext, parts: readonly string[]): string {
  return uniqueName(parts.map(argoName).join("-").slice(0, 110).replace(/-+$/, ""), context.taken);
}

/** The name with a number at its end where it is taken; it is taken from now on. */
export function uniqueName(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) free = `${name}-${number}`;
  taken.add(free);
  return free;
}
