import { teardownCommand } from "../lib/cloud/teardown.ts";

process.exitCode = await teardownCommand(process.argv.slice(2));
