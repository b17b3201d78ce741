import { stat } from "node:fs/promises";
import { InputError } from "../format/error.ts";
import { directoryStore } from "../store/directory.ts";
import { getBytes, getJson } from "../store/object.ts";
import { datasetFolder } from "./serve.ts";

/** A dataset to be read, in a folder or at a URL. */
export type Dataset = {
  readonly isFolder: boolean;
  /** Path of the folder, or the URL. */
  readonly place: string;
  /** An object that is JSON. @throws InputError if it is not there */
  json(key: string): Promise<unknown>;
  /** An object's content, unpacked. @throws if it is not there */
  bytes(key: string): Promise<Uint8Array>;
};

/** @throws InputError if it is no dataset of ours */
export async function openDataset(source: string): Promise<Dataset> {
  if (/^https?:\/\//.test(source)) {
    const base = source.replace(/\/$/, "");
    return {
      isFolder: false,
      place: base,
      json: async (key) => (await fetchObject(`${base}/${key}`)).json(),
      bytes: async (key) => new Uint8Array(await (await fetchObject(`${base}/${key}`)).arrayBuffer()),
    };
  }
  const place = await datasetFolder(source);
  if (!(await stat(place)).isDirectory()) throw new InputError({ file: source, found: "is no folder" });
  const store = directoryStore(place);
  return {
    isFolder: true,
    place,
    json: (key) => getJson(store, key),
    bytes: (key) => getBytes(store, key),
  };
}

async function fetchObject(url: string): Promise<Response> {
  const answer = await fetch(url).catch((cause: Error) => {
    throw new InputError({ file: url, found: `cannot be reached (${cause.message})` }, { cause });
  });
  if (!answer.ok) throw new InputError({ file: url, found: `the answer is ${answer.status}` });
  return answer;
}
