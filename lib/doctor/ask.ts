import { setTimeout as pause } from "node:timers/promises";
import { isLogin } from "./login.ts";

/** One answer as a browser's fetch sees it: `Content-Encoding` undone, redirects followed. */
export type Reply = {
  /** The address asked for. */
  readonly url: string;
  /** 0 without an answer. */
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  readonly failure?: Failure;
  /** Answers on the way that sent us on. */
  readonly hops: readonly Hop[];
};

export type Hop = {
  readonly from: string;
  readonly to: string;
  readonly status: number;
  readonly headers: Headers;
};

/** `network`: nobody answers; `encoding`: the body is not what `Content-Encoding` says; `cut`: it ends too early; `long`: more than we read. */
export type Failure = {
  readonly kind: "network" | "timeout" | "tls" | "encoding" | "cut" | "long";
  readonly words: string;
};

export type Question = {
  readonly method?: "GET" | "OPTIONS";
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the body, bytes that are read at most. */
  readonly most?: number;
};

export type Ask = {
  (url: string, question?: Question): Promise<Reply>;
  /** So far. */
  readonly count: { requests: number; bytes: number };
};

export type AskOptions = {
  /** `Origin` of the page that reads. */
  readonly origin: string;
  /** Milliseconds per try. */
  readonly timeout: number;
  /** Requests at the same time. */
  readonly parallel: number;
  /** Milliseconds before a second try of what was refused for the moment. */
  readonly patience?: number;
};

const usualMost = 16 * 2 ** 20;
const mostHops = 5;
const tries = 3;

/**
 * Requests as the viewer's pages send them, bounded in number, time and bytes. What is refused for the moment (429,
 * 503, 504, a connection that was reset) is tried again, as the viewer does.
 */
export function createAsk({ origin, timeout, parallel, patience = 500 }: AskOptions): Ask {
  const count = { requests: 0, bytes: 0 };
  const enter = gate(parallel);
  const once = async (url: string, { method = "GET", headers = {}, most = usualMost }: Question) => {
    count.requests++;
    const signal = AbortSignal.timeout(timeout);
    const request = { method, headers: { Origin: origin, ...headers }, redirect: "manual", signal } as const;
    const reply = await receive(url, request, most);
    count.bytes += reply.bytes.length;
    return reply;
  };
  const patient = async (url: string, question: Question) => {
    for (let trial = 1; ; trial++) {
      const reply = await enter(() => once(url, question));
      const passing = [429, 503, 504].includes(reply.status) || reply.failure?.kind === "cut";
      if (!passing || trial === tries) return reply;
      await pause(patience * trial);
    }
  };
  const ask = async (url: string, question: Question = {}) => {
    const hops: Hop[] = [];
    let at = url;
    for (;;) {
      const reply = await patient(at, question);
      const to = reply.headers.get("location");
      const sentOn = reply.status >= 300 && reply.status < 400 && to !== null && URL.canParse(to, at);
      if (!sentOn || hops.length === mostHops || question.method === "OPTIONS")
        return { ...reply, url, hops };
      const next = new URL(to, at).href;
      hops.push({ from: at, to: next, status: reply.status, headers: reply.headers });
      // Passwords are for people: what is behind them is not asked for.
      if (!/^https?:/.test(next) || isLogin(next)) return { ...reply, url, hops };
      at = next;
    }
  };
  return Object.assign(ask, { count });
}

type Request = { method: string; headers: Record<string, string>; redirect: "manual"; signal: AbortSignal };

async function receive(url: string, request: Request, most: number): Promise<Omit<Reply, "hops">> {
  let answer: Response;
  try {
    answer = await fetch(url, request);
  } catch (error) {
    return {
      url,
      status: 0,
      headers: new Headers(),
      bytes: new Uint8Array(),
      failure: failureOf(error, "network"),
    };
  }
  const { status, headers } = answer;
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const part of answer.body ?? []) {
      parts.push(part);
      length += part.length;
      if (length > most) {
        const failure = { kind: "long", words: `more than ${most} bytes` } as const;
        return { url, status, headers, bytes: Buffer.concat(parts).subarray(0, most), failure };
      }
    }
    return { url, status, headers, bytes: whole(parts) };
  } catch (error) {
    return { url, status, headers, bytes: whole(parts), failure: failureOf(error, "cut") };
  }
}

/** A copy with a buffer of its own, so that words can be read in it. */
function whole(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function failureOf(error: unknown, usual: "network" | "cut"): Failure {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = String((cause as { code?: unknown } | undefined)?.code ?? "");
  const words = `${code} ${cause instanceof Error ? cause.message : String(cause)}`.trim();
  if ((error as Error)?.name === "TimeoutError" || /TIMEOUT|TIMEDOUT/.test(code))
    return { kind: "timeout", words };
  if (/^(Z_|ERR__ERROR_FORMAT|ERR_BROTLI|ZSTD)|_FORMAT_/.test(code)) return { kind: "encoding", words };
  if (/CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) return { kind: "tls", words };
  return { kind: usual, words };
}

/** Lets so many in at the same time, the others in order. */
function gate(parallel: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = parallel;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free++;
      else next();
    }
  };
}
