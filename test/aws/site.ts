import { mkdir, writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { emulatorEnv } from "../../lib/cloud/emulator.ts";
import type { Site } from "../../lib/cloud/site.ts";
import type { Vec3 } from "../../lib/format/vec.ts";
import { encodeSlice } from "../../lib/local/slice.ts";
import { endpoint } from "./lane.ts";

/** The stack that the lane has deployed; from here on this process talks to its emulator. */
export function deployedSite(): Site {
  Object.assign(process.env, emulatorEnv(endpoint));
  return JSON.parse(process.env["NEUROPRESS_SITE"] ?? "{}") as Site;
}

/** Executions of the state machine by name, all of them. */
export async function executions(site: Site): Promise<Map<string, string>> {
  const client = new SFNClient({});
  const found = new Map<string, string>();
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new ListExecutionsCommand({ stateMachineArn: site.StateMachineArn, ...(nextToken && { nextToken }) }),
    );
    for (const { name, status } of page.executions ?? []) found.set(name!, status!);
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return found;
}

/** How an execution ended: its last task tells the status, and only then the machine comes to its end. */
export async function ended(executionArn: string) {
  const client = new SFNClient({});
  for (let i = 0; i < 120; i++) {
    const found = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (found.status !== "RUNNING") return found;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${executionArn} did not end within half a minute`);
}

export type Answer = { status: number; headers: http.IncomingHttpHeaders; body: Buffer };

/** An anonymous request, its body as it came: `fetch` would undo the encoding. */
export function ask(url: string, method = "GET", body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { Origin: "https://viewer.example", "Accept-Encoding": "gzip" };
    const request = http.request(url, { method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** A folder of slices and info, ids by a function. */
export async function writeVolume(
  folder: string,
  size: Vec3,
  idAt: (x: number, y: number, z: number) => bigint,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [width, height, depth] = size;
  for (let z = 0; z < depth; z++) {
    const ids = new BigUint64Array(width * height);
    for (let i = 0; i < ids.length; i++) ids[i] = idAt(i % width, Math.floor(i / width), z);
    const bytes = encodeSlice({ words: new Uint32Array(ids.buffer), width, height, deflate: true });
    await writeFile(path.join(folder, `s ${z}+%.tif`), bytes);
  }
  const scales = [{ size, resolution: [8, 8, 16], voxel_offset: [3, -5, 7] }];
  const info = { type: "segmentation", data_type: "uint64", encoding: "compressed_segmentation", scales };
  await writeFile(path.join(folder, "info"), JSON.stringify(info));
}
