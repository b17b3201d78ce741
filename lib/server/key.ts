/**
 * The object key that a request target names, or undefined when it is not one: a target with a percent
 * sign that decodes to nothing, with a NUL or a backslash, or with a step of `.` or `..` in any spelling.
 * Empty steps are dropped (`//info` is `info`); a slash at the end stays. `/` is the empty key.
 *
 * @param target RFC 9112 3.2: `/path?query`, or `http://host/path?query`.
 */
export function keyOf(target: string): string | undefined {
  const route = target.replace(/^https?:\/\/[^/?#]*/i, "").replace(/[?#].*$/s, "");
  const steps: string[] = [];
  for (const raw of route.split("/")) {
    const step = decode(raw);
    if (step === undefined || step === "." || step === "..") return undefined;
    // A separator that was hidden by percent-encoding is not part of any name we serve.
    if (/[/\\\0]/.test(step)) return undefined;
    if (step !== "") steps.push(step);
  }
  const folder = steps.length > 0 && route.endsWith("/");
  return steps.join("/") + (folder ? "/" : "");
}

function decode(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}
