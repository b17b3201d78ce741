// The kernels of one thread in AssemblyScript (https://www.assemblyscript.org): wasm, not TypeScript.
export { createField, extract, extracted, releaseExtracted } from "./extract";
export { join } from "./join";
export { allocate, release } from "./memory";
export { simplify } from "./simplify";
