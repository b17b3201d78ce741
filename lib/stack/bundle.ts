import path from "node:path";

const absent = path.join(import.meta.dirname, "absent.js");

/** How functions are bundled, in esbuild's words; measured as they are deployed by bench/lambda. */
export const bundle = {
  format: "esm",
  target: "node24",
  minify: true,
  // Some packages call require at run time, which ESM bundles lack.
  banner: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  alias: { "zstddec/stream": absent, zstddec: absent, lerc: absent, pako: absent },
} as const;
