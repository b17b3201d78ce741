import { causes, type Host } from "./cause.ts";
import type { Diagnosis } from "./diagnose.ts";
import type { Finding } from "./finding.ts";

const hosts: Readonly<Record<Host, string>> = {
  s3: "S3",
  gcs: "Google Cloud Storage",
  nginx: "nginx",
  ours: "neuropress",
};

/** A diagnosis in plain words: what is wrong, what a reader sees because of it, what to change and where. */
export function report(diagnosis: Diagnosis): string {
  const { url, given, volume, findings, notes, looked, host } = diagnosis;
  const lines = [`${url ?? given}`];
  if (volume !== undefined)
    lines.push(
      `${volume.type}, ${volume.dataType}, ${volume.encoding}, ${volume.size.join(" x ")} voxels of ${volume.resolution.join(" x ")} nm = ${volume.extent}, ${volume.scales} ${volume.scales === 1 ? "scale" : "scales"}`,
    );
  lines.push(
    `looked at ${looked.chunks} chunks, ${looked.meshes} meshes; ${looked.requests} requests, ${Math.ceil(looked.bytes / 1024)} KiB`,
    "",
  );
  for (const [i, finding] of findings.entries()) lines.push(...entry(i + 1, finding, host), "");
  for (const { where, said } of notes) lines.push(`note: ${where}: ${said}`);
  if (notes.length > 0) lines.push("");
  lines.push(
    findings.length === 0
      ? "sound: nothing wrong was found"
      : `${findings.length} ${findings.length === 1 ? "thing is" : "things are"} wrong`,
  );
  return lines.join("\n");
}

function entry(number: number, { cause, found, where, count }: Finding, host: Host | undefined): string[] {
  const {
    title,
    sees,
    fix,
    on = {},
  }: (typeof causes)[typeof cause] & { on?: Partial<Record<Host, string>> } = causes[cause];
  const more = count > where.length ? ` and ${count - where.length} more` : "";
  const places = (Object.entries(on) as [Host, string][]).filter(
    ([name]) => host === undefined || name === host,
  );
  return [
    `${number}. ${title} [${cause}]`,
    `   where:  ${where.join(", ")}${more}`,
    `   found:  ${found}`,
    `   a reader sees: ${sees}`,
    `   change: ${fix}`,
    ...places.map(([name, text]) => `   ${hosts[name]}: ${text}`),
  ];
}
