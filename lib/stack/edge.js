/* global readers -- put before this text by edge.ts: SHA-256 of each "name:password" in hex, or null for everyone */
// Runs in CloudFront for every request, before its cache is looked at. The runtime (cloudfront-js-2.0) knows
// ES 5.1 with const, let, arrows and templates: no destructuring, no spread, no for-of, no classes.
// biome-ignore lint/style/useNodejsImportProtocol: it is not Node
const crypto = require("crypto");

const question = {
  statusCode: 401,
  statusDescription: "Unauthorized",
  headers: {
    "www-authenticate": { value: 'Basic realm="neuropress", charset="UTF-8"' },
    "cache-control": { value: "no-store" },
    "content-type": { value: "text/plain; charset=utf-8" },
  },
  body: { encoding: "text", data: "A name and a password are needed to read this.\n" },
};

const toViewer = {
  statusCode: 302,
  statusDescription: "Found",
  headers: { location: { value: "/viewer/" } },
};

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler(event) {
  if (event.context.eventType === "viewer-response") return forOneReader(event.response);
  const request = event.request;
  if (readers !== null) {
    if (!mayRead(request.headers.authorization)) return question;
    // The bucket is read with CloudFront's own signature.
    delete request.headers.authorization;
  }
  if (request.uri === "/viewer") return toViewer;
  // Buckets have no index pages.
  if (request.uri.endsWith("/")) request.uri += "index.html";
  return request;
}

// RFC 7617: the scheme in any case, then base64 of "name:password" in UTF-8.
function mayRead(authorization) {
  if (authorization === undefined || authorization.value.length > 1000) return false;
  const match = /^basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization.value);
  if (match === null) return false;
  const pair = Buffer.from(match[1], "base64");
  return readers.includes(crypto.createHash("sha256").update(pair).digest("hex"));
}

// "public" would let a proxy on the reader's side keep for others what needed a password (RFC 9111, 3.5). What was
// cached while the data were public may still carry leave for other origins.
function forOneReader(response) {
  const headers = response.headers;
  Object.keys(headers)
    .filter((name) => name.startsWith("access-control-"))
    .forEach((name) => {
      delete headers[name];
    });
  const rule = headers["cache-control"] === undefined ? "" : headers["cache-control"].value;
  const others = rule
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "" && part !== "public" && part !== "private");
  headers["cache-control"] = { value: ["private"].concat(others).join(", ") };
  return response;
}
