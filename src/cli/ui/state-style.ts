import type { Style } from "../../util/paint.ts";

/** How the state of a run or step is painted. */
export function stateStyle(state: string): Style {
  switch (state) {
    case "succeeded":
      return "good";
    case "failed":
    case "damaged":
      return "error";
    case "running":
      return "place";
    default:
      return "warning";
  }
}
