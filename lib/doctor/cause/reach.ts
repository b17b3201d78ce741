import type { Advice } from "../cause.ts";

const nothing = "Nothing: the layer ends in an error, and no picture appears.";

/** Whether readers get to the dataset at all. */
export const reachCauses = {
  address: {
    title: "the address is none that a viewer reads",
    sees: nothing,
    fix: "Give https://HOST/FOLDER, gs://BUCKET/FOLDER or s3://BUCKET/FOLDER, the folder that holds info.",
  },
  "local-file": {
    title: "the data lie on one computer, not on a server",
    sees: "Nothing: pages in a browser cannot read files of a disk, and file:// viewers cannot read anything.",
    fix: "Serve the folder over http, on this machine or another.",
    on: { ours: "npm run serve -- FOLDER serves it together with the viewer and prints the link." },
  },
  "other-format": {
    title: "the data are of another format",
    sees: "Nothing under precomputed://; under the right name of the format perhaps everything.",
    fix: "Open it in the viewer under its own name (zarr://, n5://). This doctor only knows precomputed.",
  },
  "mixed-content": {
    title: "a page of https may not read data of http",
    sees: "Nothing: browsers stop the request before it is sent, with a word about mixed content in the console only.",
    fix: "Serve the data with https, or open them in a viewer that comes from http, best from the same server.",
    on: {
      s3: "Write https:// instead of http://.",
      gcs: "Write https:// instead of http://.",
      nginx: "Give it a certificate: listen 443 ssl; ssl_certificate ...; ssl_certificate_key ...;",
      ours: "npm run nginx -- OUT --tls-cert CERT --tls-key KEY, or --viewer to have the viewer beside the data.",
    },
  },
  unreachable: {
    title: "no server answers",
    sees: nothing,
    fix: "Check the spelling of the host, that the server runs, and that its firewall and your VPN let you through.",
  },
  timeout: {
    title: "the server does not answer in time",
    sees: "Chunks that appear late or never.",
    fix: "Look at the server's load and at what lies between; --timeout makes this doctor wait longer.",
  },
  tls: {
    title: "the certificate of the server is not trusted",
    sees: "Nothing: browsers refuse requests of pages without asking, even where a person could click it away.",
    fix: "Give the server a certificate for this very name that browsers know the issuer of.",
  },
  "bucket-dots": {
    title: "the bucket's name has dots, which s3:// cannot take",
    sees: "Nothing: the certificate of S3 covers one name below s3.amazonaws.com, and a dot makes two.",
    fix: "Use the path-style address.",
    on: {
      s3: "precomputed://https://s3.REGION.amazonaws.com/BUCKET/FOLDER, or a bucket without dots in its name.",
    },
  },
  denied: {
    title: "readers without an account may not read the data, or they are not there",
    sees: nothing,
    fix: "Let everyone read the objects, or check the folder's name: many servers answer 403 for names that do not exist.",
    on: {
      s3: "Bucket policy: allow s3:GetObject for Principal * on arn:aws:s3:::BUCKET/FOLDER/*, and turn off Block public access for the bucket and the account.",
      gcs: "Give allUsers the role Storage Object Viewer (roles/storage.objectViewer).",
      nginx: "The worker's user must be able to read the files and enter every folder above (chmod o+rX).",
      ours: "npm run deploy sets the policy; with publicRead=false give the address of the distribution, not of the bucket.",
    },
  },
  login: {
    title: "the data are behind a login",
    sees: 'Nothing, or "HTTP error 0": a viewer on another site has no password to send.',
    fix: "Publish them, or put the viewer on the same server behind the same login.",
    on: {
      gcs: "Use storage.googleapis.com; storage.cloud.google.com asks everyone to sign in.",
      ours: 'docs/sharing.md, "Private": nginx --users with --viewer, or npm run deploy -- --reader NAME.',
    },
  },
  "no-bucket": {
    title: "there is no bucket of this name",
    sees: nothing,
    fix: "Check the bucket's name.",
  },
  "wrong-region": {
    title: "the bucket is in another region than the address says",
    sees: "Nothing: browsers cannot follow the redirect, it has no CORS header.",
    fix: "Give the address with the region.",
    on: { s3: "precomputed://https://BUCKET.s3.REGION.amazonaws.com/FOLDER instead of s3://BUCKET/FOLDER." },
  },
  redirect: {
    title: "requests are sent on to another address, where a page may not follow",
    sees: "Nothing: what redirects needs CORS headers as well.",
    fix: "Give the last address of the way, or add Access-Control-Allow-Origin to the redirect.",
  },
  "html-page": {
    title: "a web page is answered in the place of data, with status 200",
    sees: "An error about JSON for info; for chunks rubbish or background.",
    fix: "Let the server answer 404 for what is not there, and check the address.",
    on: {
      s3: "Read from the REST endpoint (s3.REGION.amazonaws.com) rather than the website endpoint; in CloudFront remove the custom error response that turns 403 and 404 into index.html.",
      nginx: "Remove try_files ... /index.html for the data's location.",
    },
  },
  "directory-listing": {
    title: "a list of a folder is answered in the place of an object",
    sees: "An error about JSON, or meshes that never come.",
    fix: "There is a folder where an object of that name should be; store the object, and turn listings off.",
    on: { nginx: "autoindex off;" },
  },
  throttled: {
    title: "the server refuses requests for now (429, 503, 504)",
    sees: "A picture that takes very long: the viewer tries again up to 32 times.",
    fix: "Raise the server's limit for requests per reader; fewer, larger chunks or shards need fewer requests.",
    on: { nginx: "limit_req and limit_conn: a viewer asks for dozens of chunks at once." },
  },
  "server-error": {
    title: "the server fails",
    sees: "Missing chunks and meshes.",
    fix: "Look into the server's log.",
  },
  "cut-short": {
    title: "an answer ends before all of it has come",
    sees: "Missing chunks.",
    fix: "The server announces more bytes than it sends: was the file replaced while it was sent, or the upload broken off? Upload it again.",
  },
} as const satisfies Record<string, Advice>;
