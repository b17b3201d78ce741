import { InputError } from "../format/error.ts";

/** The address of a viewer. @throws InputError if pages cannot come from there */
export function viewerOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url.href;
  const isFile = url?.protocol === "file:";
  throw new InputError({
    file: "--viewer",
    found: isFile
      ? "a viewer that is opened as a file cannot read anything from the web"
      : `"${text}" is no address of a page`,
    advice: "Give one of https or http; npm run serve has a viewer beside the data",
  });
}

/** @throws InputError */
export function secondsOf(text: string): number {
  const seconds = Number(text);
  if (text.trim() !== "" && seconds > 0 && seconds <= 3600) return seconds;
  throw new InputError({
    file: "--timeout",
    found: `"${text}" is no number of seconds`,
    advice: "Give 1 to 3600",
  });
}
