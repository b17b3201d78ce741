import { cors } from "../format/cors.ts";
import { InputError } from "../format/error.ts";

export type NginxOptions = {
  /** Absolute path of the dataset's folder. */
  readonly root: string;
  readonly port: number;
  readonly serverName?: string;
  /** Where the dataset lies below the server, such as `/lab/volume/`. */
  readonly location?: string;
  /** Paths of certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Absolute path of a built viewer, to be served below /viewer/: pages of https may not read http data. */
  readonly viewer?: string;
  /** Absolute path of a password file (as htpasswd writes): only who is in it may read, through a viewer beside it. */
  readonly users?: string;
};

/**
 * The configuration of an nginx that serves a converted dataset: a `server` block for `conf.d/` or
 * `sites-enabled/`, commented, with nothing to add. It needs the modules gzip_static and gunzip, which Debian's
 * nginx has.
 *
 * @throws InputError for what would break the file
 */
export function nginxServer(options: NginxOptions): string {
  const { root, port, serverName = "_", location = "/", tls, viewer, users } = options;
  check(options);
  const secure = tls && [`ssl_certificate ${quote(tls.cert)};`, `ssl_certificate_key ${quote(tls.key)};`];
  const below =
    location === "/" ? [] : [`location ^~ ${location} { rewrite ^${escaped(location)}(.*)$ /$1 last; }`, ""];
  const body = [
    `listen ${port}${tls ? " ssl" : ""};`,
    `server_name ${serverName};`,
    ...(secure ?? []),
    `root ${quote(root)};`,
    "",
    "# Any page may read, as neuroglancer on another host must. `always`: errors too, or the page sees no reason.",
    `add_header Access-Control-Allow-Origin ${cors.origin} always;`,
    `add_header Access-Control-Allow-Methods "${[...cors.methods, "OPTIONS"].join(", ")}" always;`,
    `add_header Access-Control-Allow-Headers ${cors.headers} always;`,
    `add_header Access-Control-Expose-Headers "${cors.exposed.join(", ")}" always;`,
    `add_header Access-Control-Max-Age ${cors.maxAge} always;`,
    "# Names are used again by the next conversion: browsers keep what they have, but ask.",
    "add_header Cache-Control no-cache always;",
    "if ($request_method = OPTIONS) { return 204; }",
    "if ($request_method !~ ^(GET|HEAD)$) { return 405; }",
    "",
    "# Chunks and meshes lie here as X.gz and are asked for as X: sent as they are, unpacked only for those who do",
    "# not take gzip. Nothing is packed a second time.",
    "gzip_static always;",
    "gunzip on;",
    "gzip off;",
    "",
    ...(users === undefined ? [] : ['auth_basic "dataset";', `auth_basic_user_file ${quote(users)};`, ""]),
    "autoindex off;",
    "index index.html;",
    "charset utf-8;",
    "# Chunks have no ending and are bytes; info and mesh manifests (ID:0) have none either and are JSON.",
    "types {",
    "    application/json json;",
    "    text/html html;",
    "    text/csv csv;",
    "    image/png png;",
    "}",
    "default_type application/octet-stream;",
    "location ~ /(info|[0-9]+:0)$ { default_type application/json; }",
    "location ~ /\\. { return 404; }",
    "",
    ...below,
    ...(viewer === undefined ? [] : viewerLines(viewer)),
  ];
  const lines = body.map((line) => (line === "" ? "" : `    ${line}`));
  return `# A neuroglancer precomputed dataset, made by neuropress.\nserver {\n${lines.join("\n").trimEnd()}\n}\n`;
}

/** A whole configuration around a server block, for an nginx of one's own that needs no rights. */
export function nginxStandalone(server: string, folder: string): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `    ${name}_temp_path ${quote(`${folder}/${name}`)};`,
  );
  return [
    `pid ${quote(`${folder}/nginx.pid`)};`,
    `error_log ${quote(`${folder}/error.log`)};`,
    "daemon off;",
    "events {}",
    "http {",
    `    access_log ${quote(`${folder}/access.log`)};`,
    ...temporary,
    server.replace(/^(?=.)/gm, "    ").trimEnd(),
    "}",
    "",
  ].join("\n");
}

function viewerLines(viewer: string): string[] {
  return [
    "# The viewer. Browsers run module scripts and wasm under their own types only.",
    "location ^~ /viewer/ {",
    `    alias ${quote(viewer.replace(/\/*$/, "/"))};`,
    "    types {",
    "        text/html html;",
    "        text/javascript js;",
    "        text/css css;",
    "        application/wasm wasm;",
    "        image/svg+xml svg;",
    "    }",
    "}",
  ];
}

function check({ root, port, serverName = "_", location = "/", tls, viewer, users }: NginxOptions): void {
  if (!Number.isInteger(port) || port < 1 || port > 65535) refuse("--port", String(port), "1 to 65535");
  if (!/^[\w.*-]+( [\w.*-]+)*$/.test(serverName)) refuse("--server-name", serverName, "a name of a host");
  if (!/^\/([\w.~-]+\/)*$/.test(location))
    refuse("--location", location, "/ at both ends, as in /lab/volume/");
  for (const place of [root, tls?.cert, tls?.key, viewer, users]) {
    // nginx has no way to write a dollar sign that starts no variable.
    if (place !== undefined && !/^\/[^$\p{Cc}]*$/u.test(place))
      refuse("path", place, "an absolute path without dollar signs");
  }
}

function refuse(file: string, found: string, wanted: string): never {
  throw new InputError({ file, found: `"${found}" cannot be used`, advice: `Give ${wanted}` });
}

/** Paths may hold spaces; what would end the quotes is escaped. */
function quote(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&")}"`;
}

function escaped(location: string): string {
  return location.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
