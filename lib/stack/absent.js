/*
 * In place of the decoders that geotiff brings along for pixels: we let it read tags only, and our own decoders read
 * strips. Without them a function is a quarter smaller.
 */
export const ZSTDDecoder = undefined;
export const inflate = undefined;
// biome-ignore lint/style/noDefaultExport: one of the modules it stands for is imported so.
export default undefined;
