/** So many bytes at an address that is a multiple of 16; traps when memory is exhausted. */
export function allocate(bytes: usize): usize {
  return heap.alloc(bytes);
}

export function release(address: usize): void {
  heap.free(address);
}
