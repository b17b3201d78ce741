import { createHash } from "node:crypto";

/**
 * The page's Content-Security-Policy: its own style and its own script by their hashes, pictures and requests of its
 * own server, nothing else. Should ever a text of a user get through unescaped, the browser still does not run it.
 */
export function contentPolicy({ style, script }: { style: string; script: string }): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
}

/** As CSP has it: over the text of the element. */
function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
