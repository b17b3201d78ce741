import { defineConfig } from "vite";

/**
 * neuroglancer 2.41.2 takes its icons from an unreleased commit of ikonate on a git host. We install the
 * last release instead, so that a package registry is all that is needed; three newer icons have stand-ins.
 */
const standIns = { "code-alt": "edit", "controls-alt": "controls", layers: "cards" };

export default defineConfig({
  base: "./",
  publicDir: false,
  // An absolute outDir comes from the caller (lib/server/viewer.ts builds beside dist and renames).
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 4096 },
  worker: { format: "es" },
  resolve: {
    alias: Object.entries(standIns).map(([wanted, released]) => ({
      find: new RegExp(`^ikonate/icons/${wanted}\\.svg`),
      replacement: `ikonate/icons/${released}.svg`,
    })),
  },
});
