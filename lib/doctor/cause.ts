import { chunkCauses } from "./cause/chunk.ts";
import { infoCauses } from "./cause/info.ts";
import { listCauses } from "./cause/list.ts";
import { meshCauses } from "./cause/mesh.ts";
import { reachCauses } from "./cause/reach.ts";
import { serverCauses } from "./cause/server.ts";

/** Servers that things are mended on. `ours` is `npm run serve`, `npm run nginx` and the stack. */
export type Host = "s3" | "gcs" | "nginx" | "ours";

/** What can be wrong, in words for somebody who did not write the format. */
export type Advice = {
  /** What is wrong. */
  readonly title: string;
  /** What a reader sees because of it. */
  readonly sees: string;
  /** What to change. */
  readonly fix: string;
  /** Where, on servers of one kind. */
  readonly on?: Readonly<Partial<Record<Host, string>>>;
};

/** Every cause that can be found, by the name that `--json` gives it; docs/doctor.md has them as a table. */
export const causes = {
  ...reachCauses,
  ...serverCauses,
  ...infoCauses,
  ...chunkCauses,
  ...meshCauses,
  ...listCauses,
} satisfies Record<string, Advice>;

export type Cause = keyof typeof causes;
