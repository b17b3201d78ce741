import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** Where the running emulator says how to reach it. */
const file = path.resolve(import.meta.dirname, "../../.emulator/endpoint.json");

type Env = Readonly<Record<string, string>>;

export async function announceEmulator(env: Env): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, JSON.stringify(env));
}

/** Takes back what was announced, unless another emulator has announced itself since. */
export async function withdrawEmulator(env: Env): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === JSON.stringify(env)) await rm(file, { force: true });
}

/** Makes this process talk to the running emulator. @throws Error if none runs */
export async function useEmulator(): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  const env: Env = text === undefined ? {} : JSON.parse(text);
  // One that was killed could not take back its announcement.
  if (!(await isHealthy(env["AWS_ENDPOINT_URL"])))
    throw new Error("no emulator runs here. Start one in another terminal: npm run emulate");
  Object.assign(process.env, env);
}

/** Whether an emulator answers at this address. */
export async function isHealthy(endpoint: string | undefined): Promise<boolean> {
  if (endpoint === undefined) return false;
  const limit = AbortSignal.timeout(5000);
  return fetch(`${endpoint}/_localstack/health`, { signal: limit }).then(
    (answer) => answer.ok,
    () => false,
  );
}
