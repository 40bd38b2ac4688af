// What `sluice` starts: kept so plain that any Node since 18 can read it and be told that it is too old.
const OLDEST = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  const { directory } = process.getBuiltinModule("node:module").enableCompileCache();
  const endWhole = compileWhole(directory);
  // Whatever of the program asks for a module of Node's calls it first: see scripts/build.ts.
  (globalThis as Record<symbol, unknown>)[Symbol.for("sluice.end-whole")] = endWhole;
  const { main } = await import("./main.ts");
  await main(endWhole);
} else {
  console.error(
    `sluice needs Node ${OLDEST.join(".")} or newer; this is Node ${process.versions.node} (${process.execPath}).`,
  );
  process.exitCode = 2;
}

// Node keeps of a module only what was compiled when it was loaded. A function is compiled when it is first called, so each start would compile
// the same functions again, which takes a seventh of the time of a short command. Until the command is loaded all functions are compiled with
// their module, and kept. Not where nothing is kept yet, as in a new container, which may never start a second time; and not while modules of
// Node's own are loaded, which it keeps in the usual form.
function compileWhole(kept: string | undefined): () => void {
  if (kept === undefined || !holdsAny(kept)) return () => {};
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  setFlagsFromString("--no-lazy");
  return () => setFlagsFromString("--lazy");
}

function holdsAny(path: string): boolean {
  try {
    const folder = process.getBuiltinModule("node:fs").opendirSync(path);
    const first = folder.readSync();
    folder.closeSync();
    return first !== null;
  } catch {
    return false;
  }
}
