import { allocate, type KernelBytes, release } from "./memory.ts";

/** Bytes of the pages of a pile; what is larger gets a page of its own. */
const pageBytes = 2 ** 21;

/** Gives memory for so many bytes, at a multiple of 8. */
export type Take = (bytes: number) => Uint8Array;

/** Memory of its own for each. */
export const fresh: Take = (bytes) => new Uint8Array(bytes);

/** Pieces of kernel memory that are given back together. */
export type Pile = {
  /** So many bytes at a multiple of 8, until the pile is released. What is in them is not known. */
  take(bytes: number): KernelBytes;
  /** Gives everything back. To be called once, and nothing of the pile may be used after it. */
  release(): void;
};

/**
 * Memory for what a step makes piece by piece, of sizes that are not known before: it is there again for the next step at
 * once, while arrays of JavaScript wait for the collector, which lets a hundred megabytes of them gather.
 */
function openPile(): Pile {
  const pages: KernelBytes[] = [];
  let page: KernelBytes | undefined;
  let used = 0;
  return {
    take(bytes) {
      if (page === undefined || used + bytes > page.length) {
        page = allocate(Math.max(pageBytes, bytes));
        pages.push(page);
        used = 0;
      }
      const start = used;
      used = Math.ceil((start + bytes) / 8) * 8;
      return page.subarray(start, start + bytes);
    },
    release() {
      for (const one of pages) release(one);
    },
  };
}

/** Does `work` with a pile, which is released when it is done, be it with an error. */
export async function withPile<T>(work: (pile: Pile) => Promise<T>): Promise<T> {
  const pile = openPile();
  try {
    return await work(pile);
  } finally {
    pile.release();
  }
}
