import type { Report } from "./open.ts";

/** Everything that is wrong with what was opened, in words; empty when all is well. */
export function failuresOf({ look, panels, fetched }: Pick<Report, "look" | "panels" | "fetched">): string[] {
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
    if (withMesh < segments) {
      failures.push(`layer ${name}: ${segments - withMesh} segments lack meshes (${withoutMesh.join(", ")})`);
    }
  }
  const wantMesh = look.layers.some(({ segments }) => segments > 0);
  for (const { kind, coloured } of panels) {
    if ((kind === "slice" || wantMesh) && coloured < 0.005) failures.push(`a ${kind} panel has no colour`);
  }
  if (panels.length === 0) failures.push("no panel");
  return failures;
}
