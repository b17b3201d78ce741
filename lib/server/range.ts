/** Bytes `start` to `end`, both inside. */
export type Span = { readonly start: number; readonly end: number };

/**
 * Reads a Range header (RFC 9110 14.1.2, 14.2) against an object of `size` bytes. `whole` when there is
 * none, and for what a server may ignore: other units, bad syntax, more than one range. `outside` is a 416.
 */
export function parseRange(header: string | undefined, size: number): Span | "whole" | "outside" {
  const found = /^bytes=(\d*)-(\d*)$/i.exec((header ?? "").trim());
  const [first = "", last = ""] = found?.slice(1) ?? [];
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "outside" : { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return "whole";
  return start >= size ? "outside" : { start, end };
}
