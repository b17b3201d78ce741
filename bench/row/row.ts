import type { Bits } from "../make/folder.ts";
import type { Storage } from "../make/tiff.ts";
import type { VolumeName } from "../make/volume.ts";
import type { RatioRow } from "../table.ts";

/** What rows need to run. */
export type Setting = {
  /** The core on which both sides run, in turn. */
  readonly core: number;
  /** All cores there are, of which the last is `core`. */
  readonly cores: readonly number[];
  readonly python: string;
  /** Rounds of short stages. */
  readonly rounds: number;
  /** The folder of a volume, which is made if it is not there. */
  readonly folder: (name: VolumeName) => Promise<string>;
  /** The folder of a volume's slices stored in another way. */
  readonly stored: (name: VolumeName, storage: Storage, bits: Bits) => Promise<string>;
  readonly say: (line: string) => void;
};

/** Some rows of the table that are measured together. */
export type RowPlan = {
  readonly names: readonly string[];
  /** Takes minutes: left out by `--short`. */
  readonly long: boolean;
  /** Measures the rows that are wanted, and perhaps others that come with them. */
  measure(setting: Setting): Promise<RatioRow[]>;
};
