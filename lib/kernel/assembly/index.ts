// The kernels of one thread in AssemblyScript (https://www.assemblyscript.org): wasm, not TypeScript.
export { majority } from "./majority";
export { allocate, release } from "./memory";
export { relabel } from "./relabel";
export { renumber } from "./renumber";
export { beginSegmentation, encodeLayer } from "./segmentation";
export { beginExpansion, expand, whyStopped } from "./expand";
export { countRuns } from "./count";
export { deflate } from "./deflate";
export { digestRuns } from "./digest";
export { deflateWords } from "./words";
export { inflate } from "./inflate";
export { lzw, lzwFault } from "./lzw";
export { packbits } from "./packbits";
export { copyRows, sumRows, swapRows, unpackRows } from "./rows";
export { createField, extract, extracted, releaseExtracted } from "./extract";
export { join } from "./join";
export { pack, simplify } from "./simplify";
export { placePoints, sumAreas } from "./place";
