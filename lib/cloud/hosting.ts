import { parseArgs } from "node:util";
import { webAddress } from "../format/source.ts";
import { stateLink } from "../format/state.ts";
import { createS3 } from "../store/bucket.ts";
import { corsRule, publicAccess, readPolicy } from "./access.ts";
import { useEmulator } from "./endpoint.ts";
import { guarded, say, usage } from "./shell.ts";
import { parseTarget, sync } from "./sync.ts";

const usageText = `usage: npm run sync -- OUT s3://BUCKET/PROJECT [--public-url URL] [--prune] [--viewer URL] [--emulator]

  OUT           a folder that convert made
  --public-url  where the bucket's objects are read, if not at its usual address
  --prune       delete objects of PROJECT that OUT has not`;

/** The `sync` command: a local result in any bucket. @returns 1 if browsers cannot read it there yet */
export async function syncCommand(args: readonly string[]): Promise<number> {
  const options = {
    "public-url": { type: "string" },
    viewer: { type: "string", default: "https://neuroglancer-demo.appspot.com/" },
    prune: { type: "boolean", default: false },
    emulator: { type: "boolean", default: false },
  } as const;
  return guarded(usageText, async () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [folder, target] = positionals;
    if (folder === undefined || target === undefined || positionals.length > 2)
      return usage(usageText, false);
    if (values.emulator) await useEmulator();
    const { bucket, prefix } = parseTarget(target);
    const viewer = webAddress("--viewer", values.viewer);
    const given = values["public-url"];
    const publicUrl =
      given === undefined ? await usualUrl(bucket) : webAddress("--public-url", given).replace(/\/$/, "");
    const synced = await sync({ folder, bucket, prefix, publicUrl, prune: values.prune, say });
    const { sent, kept, deleted, missing, stateUrl } = synced;
    say(`${sent} objects sent, ${kept} were there already${deleted > 0 ? `, ${deleted} deleted` : ""}`);
    if (missing.length > 0) say(advice({ bucket, prefix }, missing));
    process.stdout.write(`${stateLink(viewer, stateUrl)}\n`);
    return missing.length > 0 ? 1 : 0;
  });
}

/** The regional address of a bucket, or its place on the server of AWS_ENDPOINT_URL. */
async function usualUrl(bucket: string): Promise<string> {
  const endpoint = process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"];
  if (endpoint !== undefined) return `${endpoint.replace(/\/$/, "")}/${bucket}`;
  return `https://${bucket}.s3.${await createS3().config.region()}.amazonaws.com`;
}

function advice({ bucket, prefix }: { bucket: string; prefix: string }, missing: readonly string[]): string {
  const settings = Object.entries(publicAccess).map(([name, value]) => `${name}=${value}`);
  return [
    "browsers cannot read the dataset yet:",
    ...missing.map((what) => `  - ${what}`),
    `CORS rule (aws s3api put-bucket-cors --bucket ${bucket} --cors-configuration ...):`,
    JSON.stringify(corsRule, null, 2),
    "let the bucket have a public policy (new ones may not):",
    `  aws s3api put-public-access-block --bucket ${bucket} --public-access-block-configuration ${settings.join(",")}`,
    `policy (aws s3api put-bucket-policy --bucket ${bucket} --policy ...):`,
    JSON.stringify(readPolicy(bucket, `${prefix}/`), null, 2),
  ].join("\n");
}
