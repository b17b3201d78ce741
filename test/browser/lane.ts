import { test } from "vitest";
import { findChromium } from "./open.ts";

/** Whether the tests of this lane run; where CI is set they do, and fail for want of a browser. */
export const active = findChromium() !== undefined || Boolean(process.env["CI"]);
if (!active) {
  console.warn(
    "SKIPPED: the browser lane needs Chromium (Debian package `chromium`, or set CHROMIUM to its path)",
  );
}

export const lane = test.skipIf(!active);
