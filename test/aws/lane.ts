import { test as always } from "vitest";

/** Where the lane's emulator is; `missing` where there is no Python to run it and CI is not set. */
export const endpoint = process.env["NEUROPRESS_EMULATOR"] ?? "";
if (endpoint === "") throw new Error("NEUROPRESS_EMULATOR is not set: run npm test -- --project aws");

export const missing = endpoint === "missing";

/** `test`, skipped where the emulator cannot run; the lane's setup has said so loudly. */
export const test = missing ? always.skip : always;
