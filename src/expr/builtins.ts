// All built-in functions, in the order of the manual.
import type { Builtin } from "./builtin.ts";
import { CONVERSION_BUILTINS } from "./builtins/conversions.ts";
import { FILE_BUILTINS } from "./builtins/files.ts";
import { LIST_BUILTINS } from "./builtins/lists.ts";
import { NUMBER_BUILTINS } from "./builtins/numbers.ts";
import { STRING_BUILTINS } from "./builtins/strings.ts";

export const BUILTINS: readonly Builtin[] = [
  ...LIST_BUILTINS,
  ...NUMBER_BUILTINS,
  ...STRING_BUILTINS,
  ...CONVERSION_BUILTINS,
  ...FILE_BUILTINS,
];

/** In the order of the manual. */
export const builtinNames: readonly string[] = BUILTINS.map((builtin) => builtin.name);

const byName = new Map(BUILTINS.map((builtin) => [builtin.name, builtin]));

/** The built-in function of this name, if there is one. */
export function findBuiltin(name: string): Builtin | undefined {
  return byName.get(name);
}
