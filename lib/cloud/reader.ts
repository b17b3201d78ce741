import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { InputError } from "../format/error.ts";
import { readerName } from "../format/reader.ts";

type Context = Record<string, unknown> & { readers?: Record<string, string> };

/**
 * Writes a reader into the settings (`context` of cdk.json), with the settings that readers need. A reader that is
 * there already gets a new password.
 *
 * @returns the password, of which only a hash is kept
 */
export async function addReader(file: string, name: string): Promise<string> {
  if (!readerName.test(name)) {
    const advice = "Use letters, digits and . _ - @, as in alice or alice@example.org";
    throw new InputError({ file: "--reader", found: `"${name}" cannot be used`, advice });
  }
  // 128 bits: too many to be tried, so that a plain hash keeps them.
  const password = randomBytes(16).toString("base64url");
  const hash = createHash("sha256").update(`${name}:${password}`).digest("hex");
  await change(file, (context) => ({
    ...context,
    viewer: true,
    publicRead: false,
    readers: { ...context.readers, [name]: hash },
  }));
  return password;
}

/** Takes a reader out of the settings. @throws InputError if there is no such reader, or no other one */
export async function removeReader(file: string, name: string): Promise<void> {
  await change(file, ({ readers = {}, ...context }) => {
    const { [name]: gone, ...others } = readers;
    const names = Object.keys(others);
    if (gone === undefined) {
      const advice = `There are ${names.join(", ") || "none"}`;
      throw new InputError({ file: "--remove-reader", found: `"${name}" is no reader`, advice });
    }
    if (names.length === 0) {
      const advice = "Add another one first (--reader NAME), or delete the data (npm run teardown)";
      throw new InputError({ file: "--remove-reader", found: `"${name}" is the last reader`, advice });
    }
    return { ...context, readers: others };
  });
}

async function change(file: string, edit: (context: Context) => Context): Promise<void> {
  const settings = JSON.parse(await readFile(file, "utf8")) as { context?: Context };
  const context = edit(settings.context ?? {});
  await writeFile(file, `${JSON.stringify({ ...settings, context }, null, 2)}\n`);
}
