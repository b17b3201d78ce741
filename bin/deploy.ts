import { deployCommand } from "../lib/cloud/deploy.ts";
import { ensureViewer } from "../lib/server/viewer.ts";

const buildViewer = () => ensureViewer((line) => console.error(line));
process.exitCode = await deployCommand(process.argv.slice(2), { buildViewer });
