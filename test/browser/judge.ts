import type { Report } from "./open.ts";

/** What the caller knows of a view; most show much and have meshes. */
export type Expected = {
  /** The share of coloured pixels that each panel must reach. */
  readonly coloured?: number;
  /** False: the dataset has no meshes, so that none are missed. */
  readonly meshes?: boolean;
};

/** Everything that is wrong with what was opened, in words; empty when all is well. */
export function failuresOf(
  { look, panels, fetched }: Pick<Report, "look" | "panels" | "fetched">,
  { coloured: least = 0.005, meshes = true }: Expected = {},
): string[] {
  const failures: string[] = [];
  for (const { url, status, why } of fetched) {
    if (status !== 0 && status < 400) continue;
    // The viewer asks again after these; only an answer that never came is a fault.
    const retried =
      [429, 503, 504].includes(status) && fetched.some((o) => o.url === url && o.status === 200);
    if (!retried) failures.push(`${status} ${why}: ${url}`);
  }
  if (look === undefined) return [...failures, "the page has no viewer"];
  if (look.layers.length === 0) failures.push("no layer: the state was not read");
  if (!look.ready) failures.push("the viewer does not call itself ready");
  if (look.chunks.waiting > 0) failures.push(`${look.chunks.waiting} chunks did not arrive in time`);
  if (look.chunks.failed > 0) failures.push(`${look.chunks.failed} chunks, manifests or fragments failed`);
  for (const text of look.messages) if (/error|fail/i.test(text)) failures.push(`the viewer says: ${text}`);
  for (const { name, errors, segments, withMesh, withoutMesh } of look.layers) {
    for (const error of errors) failures.push(`layer ${name}: ${error}`);
    if (meshes && withMesh < segments) {
      failures.push(`layer ${name}: ${segments - withMesh} segments lack meshes (${withoutMesh.join(", ")})`);
    }
  }
  const wantMesh = meshes && look.layers.some(({ segments }) => segments > 0);
  for (const { kind, coloured } of panels) {
    if ((kind === "slice" || wantMesh) && coloured < least) failures.push(`a ${kind} panel has no colour`);
  }
  if (panels.length === 0) failures.push("no panel");
  return failures;
}
