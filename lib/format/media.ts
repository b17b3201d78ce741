/** By the ending of the name. Module scripts and wasm only run under their own types. */
const ENDINGS: Readonly<Record<string, string>> = {
  json: "application/json",
  csv: "text/csv; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  svg: "image/svg+xml",
  png: "image/png",
};

/** Content-Type of a key: `info` and mesh manifests (`ID:0`) are JSON without saying so in their names. */
export function typeOf(key: string): string {
  const name = key.slice(key.lastIndexOf("/") + 1);
  if (name === "info" || /^\d+:\d+$/.test(name)) return "application/json";
  const dot = name.lastIndexOf(".");
  return (dot < 0 ? undefined : ENDINGS[name.slice(dot + 1)]) ?? "application/octet-stream";
}
