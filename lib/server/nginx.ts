export type NginxOptions = {
  /** Absolute path of the dataset's folder. */
  readonly root: string;
  readonly port: number;
  readonly serverName?: string;
  /** Where the dataset lies below the server, such as `/lab/volume/`. */
  readonly location?: string;
  /** Paths of certificate and key. */
  readonly tls?: { readonly cert: string; readonly key: string };
};

/**
 * The configuration of an nginx that serves a converted dataset: a `server` block for `conf.d/` or
 * `sites-enabled/`, commented, with nothing to add. It needs the modules gzip_static and gunzip, which Debian's
 * nginx has.
 */
export function nginxServer({ root, port, serverName = "_", location = "/", tls }: NginxOptions): string {
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
    "add_header Access-Control-Allow-Origin * always;",
    'add_header Access-Control-Allow-Methods "GET, HEAD, OPTIONS" always;',
    "add_header Access-Control-Allow-Headers * always;",
    'add_header Access-Control-Expose-Headers "ETag, Content-Length, Content-Range, Content-Encoding, Accept-Ranges" always;',
    "add_header Access-Control-Max-Age 3600 always;",
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
    "autoindex off;",
    "index index.html;",
    "# Chunks have no ending and are bytes; info and mesh manifests (ID:0) have none either and are JSON.",
    "types {",
    "    application/json json;",
    "    text/html html;",
    "    image/png png;",
    "}",
    "default_type application/octet-stream;",
    "location ~ /(info|[0-9]+:0)$ { default_type application/json; }",
    "location ~ /\\. { return 404; }",
    "",
    ...below,
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

/** Paths may hold spaces; what would end the quotes is escaped. */
function quote(path: string): string {
  return `"${path.replace(/["\\$]/g, "\\$&")}"`;
}

function escaped(location: string): string {
  return location.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
