/** What is wrong with how dependencies are pinned, in words; none of it needs a network. */

type Specs = Readonly<Record<string, string>>;
export type Manifest = {
  readonly dependencies?: Specs;
  readonly devDependencies?: Specs;
  readonly optionalDependencies?: Specs;
  readonly overrides?: Specs;
};
export type Entry = Manifest & {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly inBundle?: boolean;
  readonly hasInstallScript?: boolean;
};
export type Lock = { readonly lockfileVersion: number; readonly packages: Readonly<Record<string, Entry>> };

const exact = /^\d+\.\d+\.\d+(-[\w.]+)?$/;
const kinds = ["dependencies", "devDependencies", "optionalDependencies"] as const;

/** Every version of `package.json` is one version. */
export function looseVersions(manifest: Manifest): string[] {
  return [...kinds, "overrides" as const]
    .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
    .filter(([, spec]) => !exact.test(spec))
    .map(([name, spec]) => `${name} ${spec} is not one version`);
}

/**
 * Every package of a lock is one version with the hash of its content, wherever it is fetched from: no host is named,
 * nothing comes from a folder or a repository.
 *
 * @param scripts packages that may run something when they are installed
 */
export function looseLock(lock: Lock, manifest: Manifest, scripts: readonly string[]): string[] {
  const { "": root, ...packages } = lock.packages;
  const faults = lock.lockfileVersion === 3 ? [] : [`lock of version ${lock.lockfileVersion}`];
  for (const kind of kinds)
    if (JSON.stringify(sorted(root?.[kind])) !== JSON.stringify(sorted(manifest[kind])))
      faults.push(`${kind} of the lock are others than of package.json`);
  for (const [place, entry] of Object.entries(packages)) {
    const { version = "", integrity, resolved, link, hasInstallScript } = entry;
    if (!exact.test(version)) faults.push(`${place} has version ${version || "none"}`);
    if (link) faults.push(`${place} is a link to a folder`);
    if (resolved !== undefined) faults.push(`${place} names where it comes from`);
    if (integrity === undefined ? !isBundled(lock, place) : !/^sha512-[\w+/]{86}==$/.test(integrity))
      faults.push(`${place} has no hash`);
    if (hasInstallScript && !scripts.includes(place.replace(/^.*node_modules\//, "")))
      faults.push(`${place} runs a script when it is installed`);
    for (const kind of kinds)
      for (const [name, spec] of Object.entries(entry[kind] ?? {})) {
        // What is wanted from elsewhere is taken from the registry all the same.
        if (manifest.overrides?.[name] !== undefined) continue;
        if (/^(git|https?|file|github|ssh|link)[:+]|^[\w.-]+\/[\w.-]+/.test(spec))
          faults.push(`${place} wants ${name} from ${spec}`);
      }
  }
  return faults;
}

/**
 * Every line of a `requirements.txt` is one version; with `hashes` its content is fixed, too: pip then refuses
 * whatever has none.
 */
export function looseRequirements(text: string, { hashes }: { hashes: boolean }): string[] {
  const entries = text
    .replace(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*/, "").trim())
    .filter((line) => line !== "");
  return entries.flatMap((line) => {
    const [what = "", ...rest] = line.split(/\s+/);
    if (!/^[\w.-]+==[\w.]+$/.test(what)) return [`${what} is not one version`];
    const sound = rest.every((part) => /^--hash=sha256:[0-9a-f]{64}$/.test(part));
    return sound && (!hashes || rest.length > 0) ? [] : [`${what} has no hash`];
  });
}

/** Within a package that has a hash itself. */
function isBundled({ packages }: Lock, place: string): boolean {
  if (!packages[place]?.inBundle) return false;
  const holder = place.slice(0, place.lastIndexOf("/node_modules/"));
  const entry = packages[holder];
  return (
    entry?.integrity !== undefined ||
    (entry?.inBundle === true && isBundled({ lockfileVersion: 3, packages }, holder))
  );
}

function sorted(specs: Specs = {}): [string, string][] {
  return Object.entries(specs).sort(([a], [b]) => (a < b ? -1 : 1));
}
