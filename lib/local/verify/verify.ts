import { stat } from "node:fs/promises";
import path from "node:path";
import { InputError } from "../../format/error.ts";
import { program } from "../../plan/program.ts";
import { directoryStore } from "../../store/directory.ts";
import { type Checked, checkDataset } from "../../verify/dataset.ts";
import { type Receipt, receiptOf } from "../../verify/receipt.ts";
import type { Report } from "../../verify/report.ts";
import { httpObjects } from "./http.ts";
import { readOriginal } from "./original.ts";

export type Verified = Checked & { readonly receipt: Receipt };

/**
 * Checks a dataset in a folder, or behind a URL as a browser reads it.
 *
 * @param place the folder or URL that holds `info`
 * @param source the input that it was made of: scale 0 must be equal to it
 * @throws InputError if there is no dataset, or the source cannot be read
 */
export async function verify(place: string, source?: string): Promise<Verified> {
  const open =
    source === undefined
      ? {}
      : { open: (layout: Parameters<typeof readOriginal>[1]) => readOriginal(source, layout) };
  const checked = /^https?:\/\//.test(place)
    ? await overHttp(place.replace(/\/(info)?$/, ""), open)
    : await inFolder(place, open);
  const { report, layout, unchecked } = checked;
  return { ...checked, receipt: receiptOf(report, { layout, program, unchecked }) };
}

type Options = NonNullable<Parameters<typeof checkDataset>[1]>;

async function overHttp(url: string, options: Options): Promise<Checked> {
  const report: Report = {};
  const objects = httpObjects(url, report);
  return checkDataset(objects, { ...options, report });
}

async function inFolder(folder: string, options: Options): Promise<Checked> {
  const found = await stat(path.join(folder, "info")).catch(() => undefined);
  if (found === undefined) {
    const advice = "Give the folder or the URL of a dataset";
    throw new InputError({ file: folder, found: "has no info", advice });
  }
  const store = directoryStore(folder);
  const checked = await checkDataset(store, { ...options, names: (prefix) => store.list(prefix) });
  return { ...checked, unchecked: [...checked.unchecked, "headers: it is a folder"] };
}
