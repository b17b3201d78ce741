import { stat } from "node:fs/promises";
import { InputError } from "../format/error.ts";
import { directoryStore } from "../store/directory.ts";
import { getJson } from "../store/object.ts";
import type { Store } from "../store/store.ts";
import { datasetFolder } from "./serve.ts";

/** A dataset to be read, in a folder or at a URL. */
export type Dataset = {
  readonly isFolder: boolean;
  /** Path of the folder, or the URL. */
  readonly place: string;
  /** An object that is JSON. @throws InputError if it is not there */
  json(key: string): Promise<unknown>;
  /** Its objects. */
  readonly store: Pick<Store, "get">;
};

/** @throws InputError if it is no dataset of ours */
export async function openDataset(source: string): Promise<Dataset> {
  if (/^https?:\/\//.test(source)) {
    const base = source.replace(/\/$/, "");
    return {
      isFolder: false,
      place: base,
      json: async (key) => (await fetchObject(`${base}/${key}`)).json(),
      // fetch has unpacked what was sent.
      store: {
        get: async (key) => ({
          bytes: new Uint8Array(await (await fetchObject(`${base}/${key}`)).arrayBuffer()),
        }),
      },
    };
  }
  const place = await datasetFolder(source);
  if (!(await stat(place)).isDirectory()) throw new InputError({ file: source, found: "is no folder" });
  const store = directoryStore(place);
  return {
    isFolder: true,
    place,
    json: (key) => getJson(store, key),
    store,
  };
}

async function fetchObject(url: string): Promise<Response> {
  const answer = await fetch(url).catch((cause: Error) => {
    throw new InputError({ file: url, found: `cannot be reached (${cause.message})` }, { cause });
  });
  if (!answer.ok) throw new InputError({ file: url, found: `the answer is ${answer.status}` });
  return answer;
}
