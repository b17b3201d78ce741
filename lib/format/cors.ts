/**
 * What any page may do with a dataset, wherever it is hosted (Fetch standard, CORS protocol): read, and see the
 * headers that a reader of chunks needs.
 */
export const cors = {
  origin: "*",
  methods: ["GET", "HEAD"],
  headers: "*",
  exposed: ["ETag", "Content-Length", "Content-Range", "Content-Encoding", "Accept-Ranges"],
  /** Seconds that a browser keeps the answer to a preflight. */
  maxAge: 3600,
} as const;
