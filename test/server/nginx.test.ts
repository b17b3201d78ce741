import { expect, test } from "vitest";
import { nginxServer, nginxStandalone } from "../../lib/server/nginx.ts";

const usual = { root: "/srv/a dataset", port: 80 };

test("paths are quoted, names and places go where they belong", () => {
  const text = nginxServer({
    ...usual,
    serverName: "data.example www.data.example",
    location: "/lab/volume.1/",
    tls: { cert: '/etc/my "cert".pem', key: "/etc/key.pem" },
    viewer: "/opt/viewer",
    users: "/etc/users",
  });
  for (const line of [
    "listen 80 ssl;",
    "server_name data.example www.data.example;",
    'ssl_certificate "/etc/my \\"cert\\".pem";',
    'root "/srv/a dataset";',
    "location ^~ /lab/volume.1/ { rewrite ^/lab/volume\\.1/(.*)$ /$1 last; }",
    'auth_basic_user_file "/etc/users";',
    'alias "/opt/viewer/";',
  ]) {
    expect(text).toContain(`    ${line}\n`);
  }
  expect(nginxServer(usual)).not.toMatch(/ssl|viewer|rewrite|auth/);
});

test("a standalone configuration writes below its folder only", () => {
  const text = nginxStandalone(nginxServer(usual), "/home/me/np");
  const places = [...text.matchAll(/(?:pid|_log|_temp_path) (\S+)/g)].map(([, place]) => place);
  expect(places).toHaveLength(8);
  for (const place of places) expect(place).toMatch(/^"\/home\/me\/np\//);
});

test("what would break the file is refused, and named", () => {
  for (const port of [0, 65536, 1.5, Number.NaN]) {
    expect(() => nginxServer({ ...usual, port })).toThrow(/^--port: "/);
  }
  for (const location of ["lab/", "/lab", "/a b/", "/a;/", "/{/", ""]) {
    expect(() => nginxServer({ ...usual, location })).toThrow(/^--location: "/);
  }
  for (const serverName of ["a; root /", "a\nb", "", "{}"]) {
    expect(() => nginxServer({ ...usual, serverName })).toThrow(/^--server-name: "/);
  }
  for (const root of ["relative", "/a$b", "/a\nb", ""]) {
    expect(() => nginxServer({ ...usual, root })).toThrow(/^path: "/);
  }
});
