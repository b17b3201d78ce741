import { isPath } from "../plan/project.ts";
import { isInput } from "../plan/run.ts";

/** What is read of an S3 event: keys are encoded as in a form. */
export type UploadEvent = {
  readonly Records?: readonly {
    readonly eventTime?: string;
    readonly s3: { readonly object: { readonly key: string } };
  }[];
};

export type Touched = {
  readonly project: string;
  /** When the latest of its files came, as ISO time. */
  readonly since: string;
};

/** The projects whose input an event tells of, each once; other files and S3's test events touch none. */
export function touchedProjects({ Records = [] }: UploadEvent): Touched[] {
  const touched = new Map<string, string>();
  for (const { eventTime = "", s3 } of Records) {
    const project = projectOf(decodeKey(s3.object.key) ?? "");
    if (project === undefined) continue;
    const before = touched.get(project) ?? "";
    touched.set(project, before > eventTime ? before : eventTime);
  }
  return [...touched].map(([project, since]) => ({ project, since }));
}

/** Once: a key may itself contain `%20`. Undefined if it is not encoded as S3 does: the event's other keys still count. */
export function decodeKey(encoded: string): string | undefined {
  try {
    return decodeURIComponent(encoded.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

/** Bytes of a folder below which even the word that its name is too long has no room. */
const longest = 1000;

/** The folder of an input file. A folder that an URL cannot name (`..`, empty) is no project. */
function projectOf(key: string): string | undefined {
  const parts = key.split("/");
  const name = parts.pop() ?? "";
  if (!isInput(name) || parts.length === 0) return undefined;
  const folder = parts.join("/");
  return isPath(folder) && Buffer.byteLength(folder) <= longest ? folder : undefined;
}
