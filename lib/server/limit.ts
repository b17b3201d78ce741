import type { Server, ServerOptions } from "node:http";

/** What one client may take from the others; times in milliseconds. */
export type Limits = {
  /** Until the head of a request is there, counted from the connection or the request before. */
  readonly head: number;
  /** Until all of a request is there. */
  readonly request: number;
  /** How long a connection waits for its next request. */
  readonly pause: number;
  /** How long a connection may stand still: a client that does not read its answer. */
  readonly idle: number;
  /** How often the first two are looked at. */
  readonly check: number;
  /** Connections at the same time. Each holds at most one file. */
  readonly connections: number;
};

export const usualLimits: Limits = {
  head: 10_000,
  request: 30_000,
  pause: 5_000,
  idle: 120_000,
  check: 2_000,
  connections: 1_000,
};

/** Bytes of a request's first line and headers together. */
const head = 16 * 1024;

export function optionsOf(limits: Limits): ServerOptions {
  return {
    maxHeaderSize: head,
    headersTimeout: limits.head,
    requestTimeout: limits.request,
    keepAliveTimeout: limits.pause,
    connectionsCheckingInterval: limits.check,
  };
}

/** What a server takes only after it was made. Without a listener a connection that times out is cut. */
export function applyLimits(server: Server, limits: Limits): void {
  server.maxConnections = limits.connections;
  server.timeout = limits.idle;
}
