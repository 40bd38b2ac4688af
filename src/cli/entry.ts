// What `sluice` starts: kept so plain that any Node since 18 can read it and be told that it is too old.
const OLDEST = [22, 19] as const;
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) {
  process.getBuiltinModule("node:module").enableCompileCache();
  const { main } = await import("./main.ts");
  await main();
} else {
  console.error(
    `sluice needs Node ${OLDEST.join(".")} or newer; this is Node ${process.versions.node} (${process.execPath}).`,
  );
  process.exitCode = 2;
}
