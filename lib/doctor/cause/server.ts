import type { Advice } from "../cause.ts";

const cors = {
  s3: 'Bucket, Permissions, CORS: [{"AllowedOrigins":["*"],"AllowedMethods":["GET","HEAD"],"AllowedHeaders":["*"],"ExposeHeaders":["ETag","Content-Range","Content-Length","Content-Encoding"],"MaxAgeSeconds":3000}]. With CloudFront also a response headers policy, or the Origin header in the cache key.',
  gcs: 'gcloud storage buckets update gs://BUCKET --cors-file=cors.json with [{"origin":["*"],"method":["GET","HEAD"],"responseHeader":["*"],"maxAgeSeconds":3000}].',
  nginx:
    "add_header Access-Control-Allow-Origin * always; in every location that has an add_header of its own: they do not inherit.",
  ours: "npm run serve, npm run nginx and npm run deploy send it; npm run sync says what a bucket of your own lacks.",
} as const;
const silent =
  'The layer says "HTTP error 0"; where only chunks lack it, they are drawn as background without a word.';

/** What servers say about the data. */
export const serverCauses = {
  "cors-missing": {
    title: "pages of other sites may not read the data (no CORS header)",
    sees: silent,
    fix: "Send Access-Control-Allow-Origin: * with every answer.",
    on: cors,
  },
  "cors-origin": {
    title: "pages of this viewer may not read the data (CORS names another site)",
    sees: silent,
    fix: "Allow * or the viewer's origin. A viewer that is allowed works: --viewer tells which one you use.",
    on: cors,
  },
  "cors-twice": {
    title: "the CORS header is there twice",
    sees: silent,
    fix: "Let one program send it: the server or what stands before it, not both.",
    on: { nginx: "proxy_hide_header Access-Control-Allow-Origin; beside add_header, or no add_header." },
  },
  "cors-cached": {
    title: "a cache hands out answers that were meant for another site (CORS)",
    sees: "It works for some readers and not for others, and after a while the other way round.",
    fix: "Send * to everyone, also where no Origin was sent, or let the cache tell origins apart (Vary: Origin). Then empty the cache.",
    on: {
      s3: "CloudFront: the managed policies CORS-S3Origin (origin request) and SimpleCORS (response headers).",
    },
  },
  "cors-preflight": {
    title: "the preflight for byte ranges is refused",
    sees: "Nothing in browsers that ask before they read a range (older Safari and Firefox); others work.",
    fix: "Answer OPTIONS with 200 or 204 and Access-Control-Allow-Headers: Range (or *).",
    on: {
      s3: 'AllowedHeaders: ["*"] in the CORS rule.',
      gcs: '"Range" or "*" among responseHeader.',
      nginx:
        "if ($request_method = OPTIONS) { return 204; } and add_header Access-Control-Allow-Headers * always;",
      ours: "npm run nginx writes both.",
    },
  },
  "gzip-no-header": {
    title: "objects are gzip, but the server does not say so",
    sees: "Nothing, or rubbish: the viewer never unpacks, the browser does it when Content-Encoding: gzip tells it to.",
    fix: "Send Content-Encoding: gzip with these objects, or store them unpacked.",
    on: {
      s3: "aws s3 cp s3://BUCKET/FOLDER s3://BUCKET/FOLDER --recursive --metadata-directive REPLACE --content-encoding gzip, for the gzip objects only.",
      gcs: "gcloud storage objects update gs://BUCKET/FOLDER/** --content-encoding=gzip, for the gzip objects only.",
      nginx:
        "Store them as X.gz and write gzip_static on; or in their location add_header Content-Encoding gzip;",
      ours: "npm run sync puts the header; npm run nginx writes gzip_static.",
    },
  },
  "header-no-gzip": {
    title: "the server says gzip, but the bytes are not",
    sees: '"Failed to fetch": the browser fails to unpack (ERR_CONTENT_DECODING_FAILED).',
    fix: "Remove Content-Encoding from these objects, or pack them.",
    on: {
      s3: "aws s3 cp onto itself with --metadata-directive REPLACE and without --content-encoding.",
      gcs: "gcloud storage objects update gs://BUCKET/FOLDER/** --clear-content-encoding.",
      nginx: "Remove add_header Content-Encoding.",
    },
  },
  "gzip-twice": {
    title: "objects are packed twice",
    sees: "Nothing, or rubbish: the browser unpacks once.",
    fix: "Upload what is packed already as it is. gsutil -z and -Z pack again; so does a server that packs on the way.",
    on: {
      nginx: "gzip off; where the files are packed.",
      gcs: "gcloud storage cp without --gzip-local and --gzip-in-flight, with --content-encoding=gzip.",
    },
  },
  "gz-name": {
    title: "objects are stored as X.gz and asked for as X",
    sees: "Background where chunks are missing, no meshes: the viewer does not know of .gz.",
    fix: "Store them as X with Content-Encoding: gzip, or let the server find X.gz. Rename only what ends in .gz: mesh fragments have dots in their names.",
    on: {
      s3: "Rename on upload and set --content-encoding gzip; S3 does not map names.",
      gcs: "Rename on upload and set --content-encoding=gzip.",
      nginx: "gzip_static always; gunzip on; (both are written by npm run nginx).",
      ours: "npm run serve and npm run nginx map them, npm run sync renames them.",
    },
  },
  "range-ignored": {
    title: "the server ignores byte ranges",
    sees: "Nothing: sharded data and multi-resolution meshes are read by ranges, and another answer is an error.",
    fix: "Serve them from something that answers 206: python's http.server does not.",
    on: {
      nginx: "Static files have ranges; behind a proxy send Range on and do not gzip.",
      ours: "npm run serve answers ranges.",
    },
  },
  "range-gzip": {
    title: "byte ranges are answered with Content-Encoding",
    sees: "Nothing: a range counts packed bytes, and a piece of gzip cannot be unpacked.",
    fix: "Never put Content-Encoding on .shard files and multi-resolution mesh data; they are packed inside.",
    on: {
      s3: "aws s3 cp onto itself with --metadata-directive REPLACE and without --content-encoding.",
      gcs: "gcloud storage objects update ... --clear-content-encoding.",
      nginx: "gzip off; for shards and meshes.",
    },
  },
} as const satisfies Record<string, Advice>;
