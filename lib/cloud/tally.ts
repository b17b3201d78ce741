/** What an upload has done so far; says so every few seconds. */
export type Tally = {
  readonly files: number;
  readonly bytes: number;
  /** Bytes of a file are on the other side. */
  sent(bytes: number): void;
  /** A file is there, by being sent or from before. */
  done(wasSent: boolean): void;
};

const every = 2000;

/** @param total files in all */
export function tally(total: number, say: (line: string) => void): Tally {
  const since = performance.now();
  let [files, bytes, there, last] = [0, 0, 0, since];
  const progress = () => {
    const now = performance.now();
    if (now - last < every) return;
    last = now;
    const rate = (bytes / 1e3 / (now - since)).toFixed(1);
    say(`${there} of ${total} files are there, ${(bytes / 1e6).toFixed(1)} MB sent (${rate} MB/s)`);
  };
  return {
    get files() {
      return files;
    },
    get bytes() {
      return bytes;
    },
    sent(more) {
      bytes += more;
      progress();
    },
    done(wasSent) {
      there++;
      if (wasSent) files++;
      progress();
    },
  };
}
