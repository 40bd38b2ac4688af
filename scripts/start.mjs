// `npm start`: the demonstration of the README, on a fresh clone. Arguments go to `sluice` instead: `npm start -- plan examples/shards`.
import { join } from "node:path";
import { node, root, run, setUp } from "./set-up.mjs";

setUp();
const given = process.argv.slice(2);
process.exit(
  run(node, [join(root, "dist", "sluice.mjs"), ...(given.length > 0 ? given : ["run", "examples/iris/main.pipe"])]),
);
