import path from "node:path";
import { InputError } from "../lib/format/error.ts";
import { portOf, runCommand } from "../lib/server/command.ts";
import { nginxServer, nginxStandalone } from "../lib/server/nginx.ts";
import { datasetFolder } from "../lib/server/serve.ts";
import { ensureViewer } from "../lib/server/viewer.ts";

const command = {
  usage:
    "npm run nginx -- OUT [--port 80] [--server-name NAME] [--location /lab/volume/] [--root DIR]\n" +
    "                      [--tls-cert FILE --tls-key FILE] [--users FILE] [--viewer] [--standalone FOLDER]\n\n" +
    "  --users       ask for a name and a password of FILE (made by htpasswd)\n" +
    "  --viewer      serve the viewer too, below /viewer/ (built on first use)\n" +
    "  --standalone  a whole configuration for nginx -c, its files in FOLDER; without it a server block for conf.d/",
  positionals: ["OUT, the folder of a dataset"],
  options: {
    port: { type: "string", default: "80" },
    "server-name": { type: "string", default: "_" },
    location: { type: "string", default: "/" },
    root: { type: "string" },
    "tls-cert": { type: "string" },
    "tls-key": { type: "string" },
    users: { type: "string" },
    viewer: { type: "boolean", default: false },
    standalone: { type: "string" },
  },
} as const;

await runCommand(command, async (values, [out]) => {
  // Where it lies on the server, if the configuration is for another machine.
  const root = values.root ?? (await datasetFolder(out as string));
  const { "tls-cert": cert, "tls-key": key, location, "server-name": serverName } = values;
  if ((cert === undefined) !== (key === undefined))
    throw new InputError({ file: "--tls-cert, --tls-key", found: "one is missing", advice: "Give both" });
  const viewer = values.viewer ? await ensureViewer((line) => console.error(line)) : undefined;
  const server = nginxServer({
    ...{ root, port: portOf(values.port), serverName, location },
    ...(cert !== undefined && key !== undefined && { tls: { cert, key } }),
    ...(viewer !== undefined && { viewer }),
    ...(values.users !== undefined && { users: path.resolve(values.users) }),
  });
  const { standalone } = values;
  console.log(standalone === undefined ? server : nginxStandalone(server, path.resolve(standalone)));
});
