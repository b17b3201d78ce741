import { parseArgs } from "node:util";
import { removeFolders } from "./job.ts";
import { benchMemory } from "./memory.ts";
import { benchPeers } from "./peers.ts";
import { benchStages } from "./stages.ts";
import { printTogether } from "./together.ts";

const usage = `usage: npm run bench [-- FOLDER ...]       every stage of ours alone, and whole jobs
       npm run bench -- --peers            the ratio table against other tools
       npm run bench -- --memory           peak memory of whole jobs
       npm run bench -- --together FILE FILE ...   several ratio tables in one

  FOLDER        slices as for convert; without any the bench makes its own volumes, once
  --only ROW    rows or stages whose names begin so; may be repeated
  --short       leaves out what takes minutes: whole jobs of peers, simplification by zmesh
  --rounds 5    rounds of short stages
  --small       small volumes, to see that the bench works; the figures mean nothing`;

const { values, positionals } = parseArgs({
  options: {
    peers: { type: "boolean" },
    memory: { type: "boolean" },
    together: { type: "boolean" },
    only: { type: "string", multiple: true, default: [] },
    short: { type: "boolean", default: false },
    rounds: { type: "string", default: "5" },
    small: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (values.help || !Number.isInteger(rounds) || rounds < 1) console.error(usage);
else {
  try {
    await main();
  } finally {
    await removeFolders();
  }
}

async function main(): Promise<void> {
  const { only, short, small } = values;
  const large = { guide: "guide", large: "large", dense: "dense", noise: "noise" } as const;
  const volumes = small
    ? ({ guide: "small-guide", large: "small-large", dense: "small-dense", noise: "small-noise" } as const)
    : large;
  if (values.together) printTogether(positionals);
  else if (values.peers) await benchPeers({ only, short, rounds, volumes });
  else if (values.memory) await benchMemory(volumes);
  else await benchStages({ folders: positionals, only, rounds, volumes });
}
