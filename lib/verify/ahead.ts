import { readManifest } from "./fragment.ts";
import { type Stored, unpack } from "./gzip.ts";
import type { Objects } from "./object.ts";

/** Segments whose meshes are asked for before their turn: a bucket answers late, and many at a time as soon as one. */
const usual = 8;

/**
 * The objects, of which the manifests and fragments of segments are on their way before they are asked for.
 *
 * @param mesh folder of the meshes
 * @param ids segments, in the order in which their manifests will be asked for
 */
export function meshesAhead(
  objects: Objects,
  mesh: string,
  ids: readonly string[],
  segments = usual,
): Objects {
  const waiting = new Map<string, Promise<Stored | undefined>>();
  const keep = (key: string, asked: Promise<Stored | undefined>) => {
    // Its error is met when its turn comes.
    asked.catch(() => {});
    waiting.set(key, asked);
  };
  /** A manifest; when it is there its fragments are on their way. */
  const open = async (key: string) => {
    const stored = await objects.get(key);
    for (const name of namesIn(stored)) keep(`${mesh}/${name}`, objects.get(`${mesh}/${name}`));
    return stored;
  };
  const begin = (id: string | undefined) => {
    if (id !== undefined) keep(manifestKey(mesh, id), open(manifestKey(mesh, id)));
  };
  const queue = ids.values();
  const manifests = new Set(ids.map((id) => manifestKey(mesh, id)));
  for (let i = 0; i < segments; i++) begin(queue.next().value);
  return {
    get(key) {
      const asked = waiting.get(key) ?? objects.get(key);
      waiting.delete(key);
      if (manifests.delete(key)) begin(queue.next().value);
      return asked;
    },
  };
}

export function manifestKey(mesh: string, id: string): string {
  return `${mesh}/${id}:0`;
}

/** None if there is no manifest to be read: whoever judges it will say so. */
function namesIn(stored: Stored | undefined): string[] {
  try {
    return stored === undefined ? [] : readManifest(unpack(stored));
  } catch {
    return [];
  }
}
