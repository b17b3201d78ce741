import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const usage = `usage: npm run reliability [-- --short]

  Tries all that docs/reliability.md and SECURITY.md promise (about an hour on two cores), and prints the figures.
  --short   what CI tries of it (about six minutes)`;

type Part = { readonly name: string; readonly program: string; readonly args: readonly string[] };

const vitest = (name: string, project: string, ...files: string[]): Part => {
  return { name, program: "vitest", args: ["run", "--project", project, ...files] };
};
const partsOf = (short: boolean): readonly Part[] => [
  vitest("wrong input, limits", "unit", "test/bad", "test/local/bad", "test/local/limit"),
  vitest("wrong input, deployed", "aws", "test/aws/bad"),
  vitest("faults", "unit", "test/fault", "test/local/resume", "test/local/owner", "test/step/item"),
  vitest("faults, deployed", "aws", "test/aws/fault"),
  vitest("security", "unit", "test/server", "test/supply"),
  vitest("security, template", "stack", "test/stack/guard"),
  vitest("security, pages", "browser", "test/browser/hostile"),
  { name: "fuzzing", program: "node", args: ["test/fuzz/command.ts", "--minutes", short ? "1" : "30"] },
];

const { values } = parseArgs({
  options: {
    short: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) console.log(usage);
else process.exitCode = await main(values.short);

/** @returns the exit status */
async function main(short: boolean): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), "neuropress-figures-"));
  const lines: string[] = [];
  let failed = 0;
  for (const part of partsOf(short)) {
    const file = path.join(folder, "figures.txt");
    await writeFile(file, "");
    const kept =
      (await run(part, { NEUROPRESS_FIGURES: file, ...(!short && { NEUROPRESS_LONG: "1" }) })) === 0;
    if (!kept) failed++;
    const seen = (await readFile(file, "utf8")).trimEnd();
    lines.push(`${part.name}: ${kept ? "kept" : "NOT KEPT, see above"}`, ...(seen === "" ? [] : [seen]));
  }
  await rm(folder, { recursive: true });
  console.log(`\n${lines.join("\n")}\n${failed === 0 ? "all promises kept" : `${failed} parts failed`}`);
  return failed === 0 ? 0 : 1;
}

/** A missing tool is a failure here: a promise that was not tried is not kept. */
function run({ program, args }: Part, env: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, CI: "true", ...env }, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}
