import { diagnose, publicViewer } from "../lib/doctor/diagnose.ts";
import { secondsOf, viewerOf } from "../lib/doctor/options.ts";
import { report } from "../lib/doctor/report.ts";
import { runCommand } from "../lib/server/command.ts";

const command = {
  usage: `npm run doctor -- URL [--viewer ${publicViewer}] [--all] [--json] [--timeout 20]`,
  positionals: ["URL, the address of a dataset or a link to it"],
  options: {
    viewer: { type: "string", default: publicViewer },
    all: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    timeout: { type: "string", default: "20" },
  },
} as const;

await runCommand(command, async ({ viewer, all, json, timeout }, [url]) => {
  const options = { viewer: viewerOf(viewer), all, timeout: secondsOf(timeout) * 1000 };
  const diagnosis = await diagnose(url as string, options);
  console.log(json ? JSON.stringify(diagnosis, null, 2) : report(diagnosis));
  if (!diagnosis.sound) process.exitCode = 1;
});
