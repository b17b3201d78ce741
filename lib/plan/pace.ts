/**
 * What the figures of a forecast are reckoned with that are not counted. Seconds are of one processor. Another machine,
 * and labels of another kind, take more or less of them: see `spread`.
 */
export const pace = {
  /** Of all that is not marked as a guess or as of another origin. */
  origin: {
    date: "2026-12-01",
    volume: "1406 x 621 x 138 uint64, 1,042 segments, uncompressed slices, chunks of 128",
    machine: "one thread of an AMD EPYC, Node 24.21.0, files on a local disk",
    command: "npm run scale -- --measure FOLDER",
  },
  seconds: {
    planPerSlice: 2.5e-4,
    /** Per voxel of scale 0, surfaces included; and the part of it that those take (a guess). */
    encodePerVoxel: 1.49e-8,
    surfaces: 0.35,
    /** Per voxel that is read to make a scale. */
    pyramidPerVoxel: 3.49e-9,
    gatherPerBlock: 2.65e-4,
    tallyPerPart: 3.5e-4,
    /** Per voxel of scale 0. */
    meshPerVoxel: 2.91e-8,
    verifyPerVoxel: 1.22e-8,
    publish: 0.249,
    publishPerSegment: 5.9e-6,
    /** On one machine: until the program and its threads are there (a guess). */
    start: 0.4,
  },
  /** As stored, per voxel: of all scales, as measured of the first, and of scale 0. The last two are guesses. */
  bytes: { chunksPerVoxel: 0.029, meshesPerVoxel: 0.231, tablePerSegment: 220, beside: 60_000 },
  segmentsPerVoxel: 8.65e-6,
  /**
   * The ends of a forecast, as parts of what is expected: guesses from what three volumes took (docs/plan.md). Dense
   * labels took twice the seconds per voxel, and a busy machine doubles that of any.
   */
  spread: { seconds: [0.6, 3], bytes: [0.2, 4], usd: [0.5, 2.5] },
} as const;

/**
 * What was not measured: the services as their pages tell them, and guesses. Nobody has run this on AWS for the
 * calibration, so what is said of time there may be off by half.
 */
export const service = {
  /** Seconds until a function is there, and that a state machine takes for each list (guess). */
  startSeconds: 0.4,
  listSeconds: 0.5,
  /** Seconds of a request, of the processor and of waiting, of which many do at a time; bytes per second of the input that a
   * call reads (from bench/lambda, whose buckets answer after 20 ms). */
  requestSeconds: 0.002,
  inputBytesPerSecond: 320e6,
  /** Documented limits: of a prefix, of a state machine (us-east-1), of a call, of a new account. */
  putsPerSecond: 3500,
  getsPerSecond: 5500,
  transitionsPerSecond: 5000,
  callSeconds: 900,
  newAccount: 10,
} as const;

/** What a deployment has unless it says otherwise: calls at a time, and MB of a function, one whole processor. */
export const usualCloud = { concurrency: 50, memory: 1769 } as const;
