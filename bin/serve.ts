import { parseArgs } from "node:util";
import { present } from "../lib/server/present.ts";

const USAGE = "npm run serve -- OUT [--port 9000] [--host 127.0.0.1] [--no-viewer]";

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: "string", default: "9000" },
      host: { type: "string", default: "127.0.0.1" },
      "no-viewer": { type: "boolean", default: false },
    },
  });
  const [root, ...rest] = positionals;
  if (root === undefined || rest.length > 0) throw new Error(`give one folder: ${USAGE}`);
  if (!/^\d{1,5}$/.test(values.port) || Number(values.port) > 65535) {
    throw new Error(`--port ${values.port} is not a port: give a number from 0 to 65535`);
  }
  const { host } = values;
  const served = await present({ root, port: Number(values.port), host, build: !values["no-viewer"] });
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void served.close());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
