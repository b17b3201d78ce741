/** Hash of the sources that the binary was made of (`sourceHash`). */
export const sources: string;
/** Most pages of the memory. */
export const pages: number;
/** WebAssembly, base64. */
export const binary: string;
