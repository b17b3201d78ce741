import { createHash } from "node:crypto";
import { createContext, Script } from "node:vm";
import { edgeCode } from "../../lib/stack/edge.ts";

export type Headers = Record<string, { value: string; multiValue?: { value: string }[] }>;
export type EdgeRequest = {
  method: string;
  uri: string;
  headers: Headers;
  querystring: object;
  cookies: object;
};
export type EdgeResponse = {
  statusCode: number;
  statusDescription?: string;
  headers: Headers;
  body?: { encoding: string; data: string };
};
export type EdgeEvent = {
  version: "1.0";
  context: { eventType: "viewer-request" | "viewer-response"; [name: string]: string };
  viewer: { ip: string };
  request: EdgeRequest;
  response?: EdgeResponse;
};

export const hashOf = (pair: string | Buffer) => createHash("sha256").update(pair).digest("hex");

/**
 * The function as CloudFront runs it: strict, a world of its own with `Buffer` and two modules, events copied in and
 * answers copied out. What Node has beyond that is not there.
 */
export function runEdge(readers?: readonly string[]): (event: EdgeEvent) => EdgeRequest | EdgeResponse {
  const require = (name: string) => {
    if (name !== "crypto") throw new Error(`there is no module ${name}`);
    return { createHash };
  };
  const world = createContext({ require, Buffer }, { codeGeneration: { strings: false, wasm: false } });
  new Script(
    `"use strict";\n${edgeCode(readers)}\nglobalThis.call = (text) => JSON.stringify(handler(JSON.parse(text)));`,
  ).runInContext(world);
  return (event) => JSON.parse((world as { call(text: string): string }).call(JSON.stringify(event)));
}

/** An event in the form of the developer guide ("CloudFront Functions event structure", its example). */
export function eventOf(uri: string, headers: Headers = {}): EdgeEvent {
  return {
    version: "1.0",
    context: {
      distributionDomainName: "d111111abcdef8.cloudfront.net",
      distributionId: "EDFDVBD6EXAMPLE",
      eventType: "viewer-request",
      requestId: "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
    },
    viewer: { ip: "198.51.100.11" },
    request: {
      method: "GET",
      uri,
      querystring: {},
      headers: {
        host: { value: "d111111abcdef8.cloudfront.net" },
        "accept-encoding": { value: "gzip, deflate, br" },
        ...headers,
      },
      cookies: { Cookie1: { value: "value1" } },
    },
  };
}

/** What a cache or bucket has answered, on its way to the reader. */
export function answerEvent(headers: Headers): EdgeEvent {
  const event = eventOf("/lab/cortex/info");
  const response = { statusCode: 200, statusDescription: "OK", headers, cookies: {} };
  return { ...event, context: { ...event.context, eventType: "viewer-response" }, response };
}
