import { expect, test } from "vitest";
import { swapBytes, unpredict } from "../../../lib/format/tiff/predictor.ts";

/** Two rows of three samples: differences in, samples out, as little-endian words of the width. */
const cases = [
  {
    bytes: 1 as const,
    stored: new Uint8Array([250, 10, 255, 1, 0, 2]),
    samples: new Uint8Array([250, 4, 3, 1, 1, 3]),
  },
  {
    bytes: 2 as const,
    stored: new Uint16Array([65530, 10, 65535, 1, 0, 2]),
    samples: new Uint16Array([65530, 4, 3, 1, 1, 3]),
  },
  {
    bytes: 4 as const,
    stored: new Uint32Array([4294967290, 10, 4294967295, 1, 0, 2]),
    samples: new Uint32Array([4294967290, 4, 3, 1, 1, 3]),
  },
  {
    bytes: 8 as const,
    stored: new BigUint64Array([0xfffffffan, 10n, 2n ** 64n - 1n, 2n ** 63n, 2n ** 63n, 2n ** 32n]),
    samples: new BigUint64Array([0xfffffffan, 0x100000004n, 0x100000003n, 2n ** 63n, 0n, 2n ** 32n]),
  },
];

test.each(cases)(
  "$bytes byte samples are summed along each row, modulo their width",
  ({ bytes, stored, samples }) => {
    const data = new Uint8Array(stored.buffer);
    unpredict(data, 3, bytes);
    expect(data).toEqual(new Uint8Array(samples.buffer));
  },
);

test("swapBytes reverses each sample, at any byte offset", () => {
  const swapped = (bytes: 1 | 2 | 4 | 8) => {
    const all = Uint8Array.from([99, 1, 2, 3, 4, 5, 6, 7, 8]);
    swapBytes(all.subarray(1), bytes);
    return [...all];
  };
  expect(swapped(1)).toEqual([99, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(swapped(2)).toEqual([99, 2, 1, 4, 3, 6, 5, 8, 7]);
  expect(swapped(4)).toEqual([99, 4, 3, 2, 1, 8, 7, 6, 5]);
  expect(swapped(8)).toEqual([99, 8, 7, 6, 5, 4, 3, 2, 1]);
});
