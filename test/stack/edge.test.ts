import { transformSync } from "esbuild";
import { expect, test } from "vitest";
import { edgeCode } from "../../lib/stack/edge.ts";
import { answerEvent, type EdgeResponse, eventOf, type Headers, hashOf, runEdge } from "./edge.ts";

/** The example of RFC 7617, section 2: Aladdin, open sesame. */
const aladdin = "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
/** The example of its section 2.1: test, 123£, in UTF-8. */
const pound = "Basic dGVzdDoxMjPCow==";
const readers = [hashOf("Aladdin:open sesame"), hashOf("test:123£")];
const guarded = runEdge(readers);
const open = runEdge();

const asked = (authorization?: string, uri = "/lab/cortex/info") =>
  guarded(eventOf(uri, authorization === undefined ? {} : { authorization: { value: authorization } }));
const isQuestion = (answer: object) => "statusCode" in answer && answer.statusCode === 401;

test("without a name and a password: the question, whatever is asked for", () => {
  for (const uri of ["/", "/viewer", "/viewer/", "/viewer/assets/x.js", "/lab/cortex/info", "/lab/cortex/"]) {
    const answer = asked(undefined, uri) as EdgeResponse;
    expect(answer.statusCode).toBe(401);
    expect(answer.headers).toEqual({
      "www-authenticate": { value: 'Basic realm="neuropress", charset="UTF-8"' },
      "cache-control": { value: "no-store" },
      "content-type": { value: "text/plain; charset=utf-8" },
    });
  }
});

test("the examples of RFC 7617 are let in, and their password goes no further", () => {
  for (const authorization of [aladdin, pound, aladdin.replace("Basic", "bAsIc"), `${pound}  `]) {
    const { request } = eventOf("/lab/cortex/info");
    expect(asked(authorization)).toEqual(request);
  }
});

test("nothing else is let in", () => {
  const basic = (pair: string | Buffer) => `Basic ${Buffer.from(pair as string).toString("base64")}`;
  const wrong = [
    "",
    "Basic",
    "Basic ",
    "Basic =",
    "QWxhZGRpbjpvcGVuIHNlc2FtZQ==",
    aladdin.replace("Basic", "Bearer"),
    aladdin.replace("Basic", "Digest Basic"),
    `${aladdin}, ${pound}`,
    aladdin.replace(" ", ""),
    aladdin.replace("QW", "qW"),
    basic("Aladdin:open sesam"),
    basic("Aladdin:open sesame "),
    basic("aladdin:open sesame"),
    basic("Aladdin:"),
    basic(":open sesame"),
    basic("test:open sesame"),
    // The same sign in Latin-1.
    basic(Buffer.from("test:123£", "latin1")),
    // The hash is not the password.
    `Basic ${readers[0]}`,
    basic(readers[0]!),
    basic(`Aladdin:${readers[0]}`),
    basic("constructor"),
    basic("x".repeat(9000)),
  ];
  for (const authorization of wrong)
    expect({ authorization, no: isQuestion(asked(authorization)) }).toEqual({ authorization, no: true });
  // Of several of these headers CloudFront shows the first, and the others in a list.
  const several: Headers = {
    authorization: { value: "Basic eA==", multiValue: [{ value: "Basic eA==" }, { value: aladdin }] },
  };
  expect(isQuestion(guarded(eventOf("/lab/cortex/info", several)))).toBe(true);
  expect(isQuestion(runEdge([])(eventOf("/", { authorization: { value: aladdin } })))).toBe(true);
});

test("folders get their index pages, the viewer's name its slash, and nothing else is touched", () => {
  for (const [edge, headers] of [
    [open, {}],
    [guarded, { authorization: { value: aladdin } }],
  ] as const) {
    const uriOf = (uri: string) => (edge(eventOf(uri, headers)) as { uri: string }).uri;
    expect(uriOf("/viewer/")).toBe("/viewer/index.html");
    expect(uriOf("/lab/cortex/")).toBe("/lab/cortex/index.html");
    expect(uriOf("/")).toBe("/index.html");
    for (const same of ["/lab/cortex/info", "/lab/cortex/v/mesh/12:0", "/viewer/assets/a-1.js", "/lab/a%2F"])
      expect(uriOf(same)).toBe(same);
    expect(edge(eventOf("/viewer", headers))).toMatchObject({
      statusCode: 302,
      headers: { location: { value: "/viewer/" } },
    });
  }
});

test("what needed a password is kept by no one but its reader, and told to no other origin", () => {
  const kept = (value?: string) =>
    (guarded(answerEvent(value === undefined ? {} : { "cache-control": { value } })) as EdgeResponse).headers[
      "cache-control"
    ]?.value;
  expect(kept("public, max-age=31536000, immutable")).toBe("private, max-age=31536000, immutable");
  expect(kept("max-age=5, public")).toBe("private, max-age=5");
  expect(kept("no-cache")).toBe("private, no-cache");
  expect(kept("private, max-age=5")).toBe("private, max-age=5");
  expect(kept()).toBe("private");
  const answer = guarded(
    answerEvent({
      "access-control-allow-origin": { value: "*" },
      "access-control-expose-headers": { value: "ETag" },
      "content-encoding": { value: "gzip" },
    }),
  ) as EdgeResponse;
  expect(Object.keys(answer.headers).sort()).toEqual(["cache-control", "content-encoding"]);
  expect(answer.statusCode).toBe(200);
});

test("the text fits CloudFront's runtime, with as many readers as may be", () => {
  const code = edgeCode(Array.from({ length: 100 }, (_, i) => hashOf(`reader-${i}:x`)));
  expect(Buffer.byteLength(code)).toBeLessThan(10 * 1024);
  // Nothing needs lowering to ES 5.1 but what runtime 2.0 adds ("JavaScript runtime 2.0 features").
  const supported = { "const-and-let": true, arrow: true, "template-literal": true };
  const lowered = transformSync(code, { target: "es5", supported, minify: false });
  expect(lowered.code).toBe(transformSync(code, { target: "esnext", minify: false }).code);
  const documented = [
    "createHash",
    "update",
    "digest",
    "from",
    "endsWith",
    "startsWith",
    "includes",
    "exec",
    "split",
    "map",
    "trim",
    "concat",
    "join",
    "keys",
    "filter",
    "forEach",
  ];
  const called = [...code.replaceAll(/^\s*\/\/.*$/gm, "").matchAll(/\.(\w+)\(/g)].map(([, name]) => name!);
  expect(called.length).toBeGreaterThan(8);
  expect(called.filter((name) => !documented.includes(name))).toEqual([]);
  expect(code).not.toMatch(/\b(eval|Function|setTimeout|process|fetch|import)\b *\(/);
});
