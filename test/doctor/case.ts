import type { Cause } from "../../lib/doctor/cause.ts";
import type { DoctorOptions } from "../../lib/doctor/diagnose.ts";
import type { Fault, Site } from "./site.ts";

/** A dataset that was good, what befell it, and the one cause that must be named. */
export type Case = {
  /** What happened, and the threads where people suffered from it. */
  readonly name: string;
  readonly cause: Cause;
  /** Of which dataset: ours in either encoding (from convertSample), or one of test/fixture/doctor. */
  readonly of?:
    | "segmentation"
    | "raw"
    | "igneous-legacy"
    | "igneous-multires"
    | "igneous-sharded"
    | "neuroglancer-scripts";
  /** Changes what is stored. */
  readonly change?: (site: Site) => void;
  /** Changes what is answered. */
  readonly fault?: Fault;
  /** What the user gives, from the address of the server. */
  readonly given?: (url: string) => string;
  readonly options?: DoctorOptions;
  /** Words that must be said of it. */
  readonly says?: RegExp;
};
