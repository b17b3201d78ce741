import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Where the running emulator says how to reach it. */
const file = path.resolve(import.meta.dirname, "../../.emulator/endpoint.json");

export async function announceEmulator(env: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(env));
}

export function withdrawEmulator(): Promise<void> {
  return rm(file, { force: true });
}

/** Makes this process talk to the running emulator. @throws Error if none runs */
export async function useEmulator(): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined)
    throw new Error("no emulator runs here. Start one in another terminal: npm run emulate");
  Object.assign(process.env, JSON.parse(text));
}
