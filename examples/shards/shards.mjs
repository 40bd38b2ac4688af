// The four small programs of this example; what each does stands above its case.
// node shards.mjs COMMAND OUT ARGUMENTS…
import { readFileSync, writeFileSync } from "node:fs";

const [command, out, ...rest] = process.argv.slice(2);
writeFileSync(out, JSON.stringify(answer()));

function answer() {
  switch (command) {
    // Three data sets, one of them empty at the end of the list.
    case "sets":
      return ["north", "south", "west"].map((name, i) => ({ name, first_row: 1000 * i }));
    // `count` shards of ten rows each; the west has none yet.
    case "list": {
      const [set, count] = rest.map((text, i) => (i === 0 ? JSON.parse(text) : Number(text)));
      const shard = (_, id) => ({
        id,
        set: set.name,
        rows: Array.from({ length: 10 }, (_, row) => set.first_row + 10 * id + row),
      });
      return Array.from({ length: set.name === "west" ? 0 : count }, shard);
    }
    // Fails on purpose: see the head of main.pipe. The engine tells a task its attempt number.
    case "clean": {
      const shard = JSON.parse(rest[0]);
      if (shard.set === "south" && shard.id === 13) exit(1, `shard ${shard.id} is truncated`);
      if (shard.id % 7 === 0 && process.env.SLUICE_ATTEMPT === "1") exit(75, "the store is busy, try again later");
      return { ...shard, rows: shard.rows.filter((row) => row % 3 !== 0) };
    }
    case "summarise": {
      const [set, shards, lost] = [rest[0], read(rest[1]), read(rest[2])];
      const rows = shards.reduce((sum, shard) => sum + shard.rows.length, 0);
      return { set, shards: shards.length, rows, lost: lost.map((failure) => failure.key) };
    }
  }
  return exit(2, `unknown command ${command}`);
}

function read(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function exit(code, message) {
  console.error(message);
  process.exit(code);
}
