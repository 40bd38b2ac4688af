// Texts that look like keys, tokens or passwords. Only forms that hardly anything else has.
import { rules } from "../../diagnostics/catalog/rules.ts";
import { bindDiagnostics } from "../../diagnostics/define.ts";
import type { CommandNode, EnvNode, RawNode, StringNode } from "../../syntax/ast.ts";
import { entryName, entryValue } from "../entry-value.ts";
import { withoutParentheses } from "../flatten-record.ts";
import { plainText } from "../plain-text.ts";
import type { Checked, Report } from "../rule.ts";

const diagnostic = bindDiagnostics(rules);

const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{40,}\b/, "a GitHub token"],
  [/\bglpat-[A-Za-z0-9_-]{20,}/, "a GitLab token"],
  [/\bhf_[A-Za-z0-9]{30,}\b/, "a Hugging Face token"],
  [/\bsk-[A-Za-z0-9_-]{32,}/, "an API key"],
  [/\bxox[abprs]-[A-Za-z0-9-]{20,}/, "a Slack token"],
  [/\bAIza[0-9A-Za-z_-]{35}\b/, "a Google API key"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, "a private key"],
  [/\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/, "a signed token"],
  [/^[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s:/@]{3,}@/, "an address with a password"],
  [/^--?(password|passwd|token|secret|api[-_]?key)=[^\s$<>{}]{4,}$/i, "a password in an argument"],
];
/** Fits all texts of these forms, and few others: nearly no text has to be held against each. */
const ANY_FORM = new RegExp(FORMS.map(([form]) => `(?:${form.source})`).join("|"), "i");
/** No form fits a shorter text. */
const SHORTEST = 10;
const FLAG = /^--?(password|passwd|token|secret|api[-_]?key|access[-_]?key)$/i;
const VARIABLE = /(^|_)(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)$/i;
/** Long enough, without the signs of paths, placeholders and the special tokens of language models. */
const VALUE = /^(?!\d+$)[A-Za-z0-9+_=.:@!#%^&*~-]{8,}$/;

/** Looks at every text, at values of `env` by their names, and at arguments by the flag before them. */
export function findSecretsInText({ program, nodes }: Checked, report: Report): void {
  for (const module of program.modules) {
    const told = new Set<StringNode | RawNode>();
    const tell = (node: StringNode | RawNode, what: string): void => {
      if (told.has(node)) return;
      told.add(node);
      report(diagnostic("secret-in-text", node.span, { what }));
    };
    for (const node of nodes(module, "Env")) checkEnv(node, tell);
    for (const node of nodes(module, "Command")) checkArguments(node, tell);
    for (const node of nodes(module, "Raw")) checkText(node, node.value, tell);
    for (const node of nodes(module, "String")) {
      for (const part of node.parts) if (part.kind === "StringText") checkText(node, part.value, tell);
    }
  }
}

type Tell = (node: StringNode | RawNode, what: string) => void;

function checkText(node: StringNode | RawNode, text: string, tell: Tell): void {
  if (text.length < SHORTEST || !ANY_FORM.test(text)) return;
  const found = FORMS.find(([form]) => form.test(text));
  if (found) tell(node, found[1]);
}

function checkEnv(node: EnvNode, tell: Tell): void {
  for (const entry of node.value.entries) {
    if (entry.kind === "Spread") continue;
    const value = withoutParentheses(entryValue(entry));
    if (value.kind !== "String" || !VARIABLE.test(entryName(entry) ?? "")) continue;
    if (VALUE.test(plainText(value) ?? "")) tell(value, "a password or token");
  }
}

function checkArguments(node: CommandNode, tell: Tell): void {
  node.value.items.forEach((item, index) => {
    const next = node.value.items[index + 1];
    if (item.kind !== "String" || next?.kind !== "String") return;
    if (FLAG.test(plainText(item) ?? "") && VALUE.test(plainText(next) ?? "")) tell(next, "a password or token");
  });
}
