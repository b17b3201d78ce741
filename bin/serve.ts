import { portOf, runCommand } from "../lib/server/command.ts";
import { present } from "../lib/server/present.ts";

const command = {
  usage: "npm run serve -- OUT [--port 9000] [--host 127.0.0.1] [--no-viewer]",
  positionals: ["OUT, the folder of a dataset"],
  options: {
    port: { type: "string", default: "9000" },
    host: { type: "string", default: "127.0.0.1" },
    "no-viewer": { type: "boolean", default: false },
  },
} as const;

await runCommand(command, async (values, [root]) => {
  const { host, port } = values;
  const build = !values["no-viewer"];
  const served = await present({ root: root as string, port: portOf(port), host, build });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void served.close());
});
