import type { Case, Group, Refusal, Volume } from "./case.ts";
import { infoOf, slicesOf, usualName, volumeOf } from "./volume.ts";

export type Files = ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>;
export type Given = {
  readonly files?: Files;
  /** The file `info`; null for none. */
  readonly info?: Uint8Array | null;
  readonly volume?: Volume;
};

/** What most cases are made of. */
export const usual = volumeOf("uint16");
export const usualSlices = slicesOf(usual);
/** The slice that is broken where one is. */
export const victim = usualName(3);

/** Makes the cases of one group: `ok` must convert, `refused` must not. */
export function casesOf(group: Group) {
  const list: Case[] = [];
  const filesOf = ({ files = usualSlices, info, volume = usual }: Given) => {
    const all = new Map(files instanceof Map ? files : Object.entries(files));
    return info === null ? all : all.set("info", info ?? infoOf(volume));
  };
  return {
    list,
    ok(name: string, given: Given) {
      list.push({ group, name, files: filesOf(given), volume: given.volume ?? usual });
    },
    refused(name: string, says: RegExp, given: Given & { at?: string | readonly string[]; waits?: RegExp }) {
      const { at = victim, waits } = given;
      const refusal: Refusal = { files: typeof at === "string" ? [at] : at, says };
      list.push({ group, name, files: filesOf(given), refusal, ...(waits && { waits }) });
    },
  };
}

/** The usual slices with other bytes in place of one of them, or of several. */
export function withFiles(
  changes: Readonly<Record<string, Uint8Array | undefined>>,
): Map<string, Uint8Array> {
  const files = new Map(usualSlices);
  for (const [name, bytes] of Object.entries(changes)) {
    if (bytes === undefined) files.delete(name);
    else files.set(name, bytes);
  }
  return files;
}
