import { stat } from "node:fs/promises";
import { InputError } from "../format/error.ts";
import { directoryStore } from "../store/directory.ts";
import { getJson } from "../store/object.ts";
import { datasetFolder } from "./serve.ts";

/** A dataset to be read, in a folder or at a URL. */
export type Dataset = {
  readonly isFolder: boolean;
  /** Path of the folder, or the URL. */
  readonly place: string;
  /** An object that is JSON. @throws InputError if it is not there */
  json(key: string): Promise<unknown>;
};

/** @throws InputError if it is no dataset of ours */
export async function openDataset(source: string): Promise<Dataset> {
  if (/^https?:\/\//.test(source)) {
    const base = source.replace(/\/$/, "");
    return { isFolder: false, place: base, json: (key) => fetchJson(`${base}/${key}`) };
  }
  const place = await datasetFolder(source);
  if (!(await stat(place)).isDirectory()) throw new InputError({ file: source, found: "is no folder" });
  return { isFolder: true, place, json: (key) => getJson(directoryStore(place), key) };
}

async function fetchJson(url: string): Promise<unknown> {
  const answer = await fetch(url).catch((cause: Error) => {
    throw new InputError({ file: url, found: `cannot be reached (${cause.message})` }, { cause });
  });
  if (!answer.ok) throw new InputError({ file: url, found: `the answer is ${answer.status}` });
  return answer.json();
}
