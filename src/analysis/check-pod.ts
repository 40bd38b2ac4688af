// Checks `pod { … }` against Kubernetes' own types. Records and lists that are written out are walked together with the type; what is inside
// them is checked as an expression, folded, and its value compared. After it, `foldStructure` gives the JSON of the whole.
import { tasks } from "../diagnostics/catalog/tasks.ts";
import { types } from "../diagnostics/catalog/types.ts";
import { bindDiagnostics } from "../diagnostics/define.ts";
import type { EntryNode, ExpressionNode, ListNode, PodNode, RecordNode } from "../syntax/ast.ts";
import { printType } from "../types/print.ts";
import { isRecordValue } from "../types/value.ts";
import { suggest } from "../util/suggest.ts";
import { comparePodValue, type PodMismatch } from "./compare-pod-value.ts";
import type { CheckContext, Scope } from "./context.ts";
import { didYouMean, listNames, nearFix } from "./describe.ts";
import { entryName, entryValue } from "./entry-value.ts";
import { withoutParentheses } from "./flatten-record.ts";
import { foldLeaf } from "./fold-structure.ts";
import { OWNED_CONTAINER_FIELDS, OWNED_CONTAINER_RESOURCES, OWNED_POD_FIELDS } from "./pod-ownership.ts";
import { describePodType, type PodType, podFields, readPodType } from "./pod-types.ts";
import { requireStage } from "./stage.ts";

const diagnostic = bindDiagnostics({ ...tasks, ...types });

/** What may not be set in an object, and whether all it needs must be there. */
interface Rules {
  readonly owned?: ReadonlyMap<string, string>;
  readonly partial?: true;
}

const POD_RULES: Rules = { owned: OWNED_POD_FIELDS, partial: true };
const CONTAINER_RULES: Rules = { owned: OWNED_CONTAINER_FIELDS, partial: true };
const CONTAINER_RESOURCES_RULES: Rules = { owned: OWNED_CONTAINER_RESOURCES };

/** The name of the task's own container, which the entry of `containers` may repeat. */
const TASK_CONTAINER = "task";

/** Checks a `pod` statement. */
export function checkPod(context: CheckContext, node: PodNode, scope: Scope): void {
  checkObject(context, node.value, scope, "PodSpec", "pod", POD_RULES);
}

/** Checks an expression against a type in the notation of the generated table, `[Toleration]`. `path` is how messages name it. */
export function checkPodValue(
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  type: string,
  path: string,
): void {
  checkValue(context, node, scope, readPodType(type), path);
}

function checkValue(
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  type: PodType,
  path: string,
  rules?: Rules,
): void {
  const bare = withoutParentheses(node);
  if (bare.kind === "Record") {
    if (type.kind === "object") checkObject(context, bare, scope, type.name, path, rules);
    else if (type.kind === "map" || type.kind === "any") {
      const inner = type.kind === "map" ? type.value : type;
      for (const entry of bare.entries) {
        if (entry.kind === "Spread") checkLeaf(context, entry.value, scope, type, path);
        else checkValue(context, entryValue(entry), scope, inner, `${path}.${entryName(entry) ?? ""}`);
      }
    } else reportWrong(context, bare, { path, expected: type, found: "a record" });
  } else if (bare.kind === "List") {
    if (type.kind === "list" || type.kind === "any") checkItems(context, bare, scope, type, path);
    else reportWrong(context, bare, { path, expected: type, found: "a list" });
  } else checkLeaf(context, bare, scope, type, path);
}

function checkItems(context: CheckContext, list: ListNode, scope: Scope, type: PodType, path: string): void {
  const item = type.kind === "list" ? type.item : type;
  list.items.forEach((node, index) => {
    if (node.kind === "Spread") checkLeaf(context, node.value, scope, type, path);
    else checkValue(context, node, scope, item, `${path}[${index}]`);
  });
}

function checkLeaf(context: CheckContext, node: ExpressionNode, scope: Scope, type: PodType, path: string): void {
  const found = context.check(context, node, scope);
  if (found.kind === "error" || !requireStage(context, node, "compile", `\`${path}\``)) return;
  if (
    found.kind === "secret" ||
    found.kind === "file" ||
    found.kind === "dir" ||
    found.kind === "null" ||
    found.kind === "optional"
  ) {
    reportWrong(context, node, {
      path,
      expected: type,
      found: found.kind === "null" ? "`null`" : `\`${printType(found)}\``,
    });
    return;
  }
  const value = foldLeaf(context, node);
  if (value === undefined) return;
  const mismatch = comparePodValue(value, type, path, found.kind === "duration");
  if (mismatch) reportWrong(context, node, mismatch);
}

function reportWrong(context: CheckContext, node: ExpressionNode, wrong: PodMismatch): void {
  if (wrong.unknown !== undefined) {
    const near = didYouMean(wrong.unknown.name, wrong.unknown.known);
    context.report(
      diagnostic("unknown-pod-field", node.span, { name: wrong.unknown.name, owner: `\`${wrong.path}\``, near }),
    );
    return;
  }
  const fixes =
    wrong.instead === undefined
      ? []
      : [{ title: `Change to \`${wrong.instead}\``, edits: [{ span: node.span, text: wrong.instead }] }];
  const hint = wrong.instead === undefined ? "" : ` Write \`${wrong.instead}\`.`;
  const told = { path: wrong.path, expected: describePodType(wrong.expected), found: wrong.found, hint };
  context.report(diagnostic("wrong-pod-value", node.span, told, { fixes }));
}

function checkObject(
  context: CheckContext,
  record: RecordNode,
  scope: Scope,
  name: string,
  path: string,
  rules: Rules = {},
): void {
  const fields = podFields(name);
  const given = new Map<string, EntryNode>();
  let open = false;
  for (const entry of record.entries) {
    if (entry.kind === "Spread") {
      open = true;
      checkSpread(context, entry.value, scope, name, path, rules);
      continue;
    }
    const key = entryName(entry);
    if (key === undefined) continue;
    const before = given.get(key);
    if (before) {
      const related = [{ span: before.span, text: `\`${key}\` is first written here` }];
      context.report(diagnostic("duplicate-field", entry.name.span, { name: key }, { related }));
    }
    given.set(key, entry);
    const instead = rules.owned?.get(key);
    const field = fields.get(key);
    if (instead !== undefined) context.report(diagnostic("owned-pod-field", entry.name.span, { name: key, instead }));
    else if (!field) {
      // What is missing may be what was misspelt.
      open = true;
      reportUnknown(context, entry, key, path, [...fields.keys()], rules.owned);
    } else if (rules === POD_RULES && key === "containers")
      checkContainers(context, entryValue(entry), scope, `${path}.containers`);
    else {
      const inner = rules === CONTAINER_RULES && key === "resources" ? CONTAINER_RESOURCES_RULES : undefined;
      checkValue(context, entryValue(entry), scope, field.type, `${path}.${key}`, inner);
    }
  }
  if (open || rules.partial) return;
  const missing = [...fields].filter(([field, { required }]) => required && !given.has(field)).map(([field]) => field);
  if (missing.length === 0) return;
  context.report(
    diagnostic("missing-pod-field", record.span, { owner: `\`${path}\``, names: listNames(missing, "and") }),
  );
}

function reportUnknown(
  context: CheckContext,
  entry: EntryNode,
  name: string,
  path: string,
  fields: readonly string[],
  owned: ReadonlyMap<string, string> | undefined,
): void {
  const { span } = entry.name;
  const owner = path === "pod" ? "A pod spec" : `\`${path}\``;
  const nearest = suggest(name, fields)[0] ?? "";
  const instead = owned?.get(nearest);
  if (instead !== undefined) {
    const near = ` And \`${nearest}\` is not set here: ${instead}.`;
    context.report(diagnostic("unknown-pod-field", span, { name, owner, near }));
    return;
  }
  const known = fields.filter((field) => !owned?.has(field));
  const told = { name, owner, near: didYouMean(name, known, "It has") };
  context.report(diagnostic("unknown-pod-field", span, told, nearFix(name, span, known)));
}

/** A spread constant: its fields are as much part of the object as those written out. */
function checkSpread(
  context: CheckContext,
  node: ExpressionNode,
  scope: Scope,
  name: string,
  path: string,
  rules: Rules,
): void {
  const type = context.check(context, node, scope);
  if (type.kind === "error" || !requireStage(context, node, "compile", `\`${path}\``)) return;
  const value = foldLeaf(context, node);
  if (value === undefined) return;
  if (isRecordValue(value)) {
    for (const key of Object.keys(value)) {
      const instead = rules.owned?.get(key);
      if (instead !== undefined) context.report(diagnostic("owned-pod-field", node.span, { name: key, instead }));
      return;
    }
    if (rules === POD_RULES && Object.hasOwn(value, "containers")) {
      const problem = "write `containers` in place, where it can be read";
      context.report(diagnostic("pod-container", node.span, { problem }));
      return;
    }
  }
  const mismatch = comparePodValue(value, { kind: "object", name }, path, false, true);
  if (mismatch) reportWrong(context, node, mismatch);
}

/** `containers` holds one entry: fields for the task's own container. */
function checkContainers(context: CheckContext, node: ExpressionNode, scope: Scope, path: string): void {
  const list = withoutParentheses(node);
  if (
    list.kind !== "List" ||
    list.items.some((item) => item.kind === "Spread" || withoutParentheses(item).kind !== "Record")
  ) {
    context.report(
      diagnostic("pod-container", node.span, {
        problem: "write the one entry of `containers` in place, as a list of one record",
      }),
    );
    return;
  }
  list.items.forEach((item, index) => {
    const record = withoutParentheses(item as ExpressionNode) as RecordNode;
    if (index > 0) {
      const problem = 'further containers are entries of `initContainers` with `restartPolicy: "Always"`';
      context.report(diagnostic("pod-container", record.span, { problem }));
      return;
    }
    const name = record.entries.find(
      (entry): entry is EntryNode => entry.kind === "Entry" && entryName(entry) === "name",
    );
    const written = name && withoutParentheses(entryValue(name));
    const text =
      written?.kind === "String" && written.parts[0]?.kind === "StringText" ? written.parts[0].value : undefined;
    if (text !== undefined && text !== TASK_CONTAINER) {
      const problem = `the entry of \`containers\` adds to it and is called \`${TASK_CONTAINER}\`, or has no name`;
      context.report(diagnostic("pod-container", written!.span, { problem }));
      return;
    }
    checkObject(context, record, scope, "Container", `${path}[0]`, CONTAINER_RULES);
  });
}
