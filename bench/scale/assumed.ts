/**
 * What was not measured: limits and prices of the services as their pages tell them, and guesses, each marked. Change
 * one and run again to see what hangs on it.
 */
export const assumed = {
  /** Documented: requests per second of a prefix before S3 splits it. */
  putsPerSecond: 3500,
  getsPerSecond: 5500,
  /** Guess: S3 splits a prefix that has been asked for more for so long ("gradually", its pages say). */
  splitSeconds: 900,
  /** Documented: state transitions per second of a state machine, us-east-1; 800 in most other regions. */
  transitionsPerSecond: 5000,
  /** Documented: a function gets so many more copies every ten seconds. */
  copiesPerTenSeconds: 1000,
  /** Seconds until a copy is there: bench/lambda measures 0.3 to 0.4 here; the sandbox itself is a guess. */
  startSeconds: 0.8,
  /** Guesses: seconds until S3 answers, requests of a copy under way, MB per second, processor time of a request. */
  getSeconds: 0.02,
  putSeconds: 0.03,
  inFlight: 8,
  bytesPerSecond: 80e6,
  requestSeconds: 0.0007,
  /** Guess: of slices that are compressed. */
  inputBytesPerVoxel: 0.5,
  /** Guess: calls that are lost (a worker that dies, a time-out), and the pause before they are tried again. */
  lostCalls: 1e-4,
  retrySeconds: 5,
  /** A vCPU of Lambda as the measured thread: a guess. */
  speed: 1,
  memoryMegabytes: 1769,
  limitSeconds: 900,
} as const;

export type Assumed = { readonly [name in keyof typeof assumed]: number };
