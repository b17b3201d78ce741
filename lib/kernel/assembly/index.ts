// The kernels of one thread in AssemblyScript (https://www.assemblyscript.org): wasm, not TypeScript.
export { allocate, release } from "./memory";
export { inflate } from "./inflate";
export { lzw, lzwFault } from "./lzw";
export { packbits } from "./packbits";
export { copyRows, sumRows, swapRows, unpackRows } from "./rows";
