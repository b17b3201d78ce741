import { InputError } from "./error.ts";

/** What a browser would run, or read from the reader's own disk, in the place of data. */
const refused = /(^|\/\/|\|)(javascript|vbscript|data|blob|file|about):/i;

/** Whether it can be the source of a layer: `format://scheme://place`, as the viewer's data sources are. */
export function isSource(value: unknown): boolean {
  return (
    typeof value === "string" &&
    value.length <= 2000 &&
    /^[a-z][a-z0-9+.-]*:\/\/[^\s\p{Cc}]+$/iu.test(value) &&
    !refused.test(value)
  );
}

/** What is wrong with `--image` if `isSource` says no. */
export function notSource(given: string): InputError {
  const found = `${given.slice(0, 80)} is no source of the viewer`;
  return new InputError({ file: "--image", found, advice: "Give one such as precomputed://https://host/em" });
}

/**
 * An address that pages may link to: http or https, without a name and a password in it.
 *
 * @param option the option of the command line that it was given by
 * @throws InputError if it is not one
 */
export function webAddress(option: string, value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isWeb = url?.protocol === "http:" || url?.protocol === "https:";
  if (isWeb && /^https?:\/\/[^\s\p{Cc}"'<>`\\]+$/iu.test(value) && url.username === "" && url.password === "")
    return value;
  throw new InputError({
    file: option,
    found: `${JSON.stringify(value.slice(0, 80))} is no address for a page`,
    advice: "Give one that starts with https:// or http://, without a name or password",
  });
}
