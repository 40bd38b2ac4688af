// Argo's own evaluation of expressions and tags, in one process of `main.go`: a request a line, an answer a line.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

export interface ExpressionRequest {
  readonly parameters: Readonly<Record<string, string>>;
  /** Evaluated like `valueFrom.expression`. */
  readonly expression?: string;
  /** JSON text in which tags are replaced; tags with names under `strict` must be found. */
  readonly template?: string;
  readonly strict?: readonly string[];
}

export interface ExpressionAnswer {
  readonly text: string;
  readonly error?: string;
}

export interface ExpressionClient {
  readonly ask: (request: ExpressionRequest) => Promise<ExpressionAnswer>;
  readonly close: () => void;
}

/** Whether there is a Go to build it with. */
export function hasGo(): boolean {
  return spawnSync("go", ["version"]).status === 0;
}

/** Builds the program and starts it; throws with Go's words when it does not build. */
export function startExpressionClient(): ExpressionClient {
  const folder = mkdtempSync(join(tmpdir(), "sluice-expressions-"));
  const program = join(folder, "argo-expressions");
  const built = spawnSync("go", ["build", "-o", program, "."], { cwd: import.meta.dirname, encoding: "utf8" });
  if (built.status !== 0) throw new Error(built.stderr);
  const child: ChildProcess = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: ((answer: ExpressionAnswer) => void)[] = [];
  createInterface({ input: child.stdout! }).on("line", (line) => waiting.shift()?.(JSON.parse(line)));
  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        child.stdin!.write(`${JSON.stringify(request)}\n`);
      }),
    close: () => {
      child.stdin!.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
