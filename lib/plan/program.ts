import manifest from "../../package.json" with { type: "json" };

/** Name and version, as written into provenance and plans. */
export const program = `neuropress ${manifest.version}`;
