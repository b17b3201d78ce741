import { isDeep, isObject } from "../format/json.ts";

export type Json = Readonly<Record<string, unknown>>;

/** The JSON object in an answer, or why it is none, in words. */
export function parseJson(bytes: Uint8Array): { readonly json: Json } | { readonly why: string } {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") return { why: "it is empty" };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { why: whyNot(text, error instanceof Error ? error.message : String(error)) };
  }
  if (isDeep(value)) return { why: "it is nested too deep" };
  return isObject(value) ? { json: value } : { why: `it is ${show(value)}, not an object` };
}

/** The slips of people and of Python, by name. */
function whyNot(text: string, message: string): string {
  const slips: [RegExp, string][] = [
    [/^\s*\{\s*'/, "names are in single quotes, as Python prints them"],
    [/,\s*[\]}]/, "there is a comma before a closing bracket"],
    [/\b(NaN|-?Infinity)\b/, "NaN or Infinity is no number of JSON"],
    [/[:[,]\s*(True|False|None)\b/, "True, False and None are words of Python"],
    [/^\s*(\/\/|\/\*)|[\n{,]\s*\/\//, "it has comments"],
    [/^\s*<\?xml/, "it is XML"],
  ];
  const slip = slips.find(([pattern]) => pattern.test(text));
  return slip ? `${slip[1]} (${message.slice(0, 80)})` : message.slice(0, 120);
}

export function show(value: unknown): string {
  if (value === undefined) return "missing";
  return JSON.stringify(value)?.slice(0, 80) ?? typeof value;
}
