import { allocateWords, type KernelWords, release } from "../kernel/memory.ts";

/** Labels of an item that is done: of two items at the same time only one gets them. */
let spare: KernelWords | undefined;

/** Memory of the kernels for at least so many labels; what is in it is not known. `giveLabels` takes it back. */
export function takeLabels(length: number): KernelWords {
  const memory = spare;
  spare = undefined;
  if (memory !== undefined && memory.length >= length) return memory;
  if (memory !== undefined) release(memory);
  return allocateWords(length);
}

/** Gives back, once, what `takeLabels` gave: the next item gets it. */
export function giveLabels(memory: KernelWords): void {
  if (spare !== undefined) release(spare);
  spare = memory;
}
