import { readFileSync } from "node:fs";
import path from "node:path";
import {
  Function as CloudFrontFunction,
  type FunctionAssociation,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
} from "aws-cdk-lib/aws-cloudfront";
import { Construct } from "constructs";
import type { Config } from "./config.ts";

export type EdgeProps = {
  /** Who may read. */
  readonly config: Config;
};

/**
 * What happens in CloudFront before its cache is looked at: folders get their index pages, and where there are
 * readers, everyone is asked for name and password. What is cached is thus given only to who may have it.
 */
export class Edge extends Construct {
  readonly associations: FunctionAssociation[];

  constructor(scope: Construct, id: string, { config: { readers } }: EdgeProps) {
    super(scope, id);
    const made = new CloudFrontFunction(this, "Function", {
      code: FunctionCode.fromInline(edgeCode(readers && Object.values(readers))),
      runtime: FunctionRuntime.JS_2_0,
      comment: "index pages, and who may read",
    });
    const events = [
      FunctionEventType.VIEWER_REQUEST,
      ...(readers === undefined ? [] : [FunctionEventType.VIEWER_RESPONSE]),
    ];
    this.associations = events.map((eventType) => ({ function: made, eventType }));
  }
}

/** The function's text. @param readers hashes of `name:password`; everyone may read if left out */
export function edgeCode(readers?: readonly string[]): string {
  const text = readFileSync(path.join(import.meta.dirname, "edge.js"), "utf8");
  return `const readers = ${JSON.stringify(readers ?? null)};\n${text}`;
}
