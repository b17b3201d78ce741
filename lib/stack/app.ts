import {
  CfnOutput,
  CliCredentialsStackSynthesizer,
  type IStackSynthesizer,
  Stack,
  type StackProps,
} from "aws-cdk-lib";
import { Topic } from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import type { Construct } from "constructs";
import { program } from "../plan/program.ts";
import { Buckets } from "./buckets.ts";
import type { Config } from "./config.ts";
import { Delivery } from "./delivery.ts";
import { Functions } from "./functions.ts";
import { Machine } from "./machine.ts";
import { Trigger } from "./trigger.ts";
import { Viewer, viewerPath } from "./viewer.ts";

export type NeuropressProps = StackProps & {
  /** See config.ts. */
  readonly config: Config;
  /** Folder of the built viewer, if it is not the usual one. */
  readonly viewerFiles?: string;
};

/** Uploads in, datasets out: everything one deployment needs. */
export class Neuropress extends Stack {
  constructor(scope: Construct, id: string, { config, viewerFiles, ...props }: NeuropressProps) {
    super(scope, id, {
      description: "TIFF label slices in, a neuroglancer link out",
      // The emulator has no roles for bootstrap to hand out.
      ...(config.emulator && { synthesizer: new CliCredentialsStackSynthesizer() as IStackSynthesizer }),
      ...props,
    });
    const buckets = new Buckets(this, "Buckets", { config });
    const viewer = config.viewer
      ? new Viewer(this, "Viewer", { config, ...(viewerFiles !== undefined && { files: viewerFiles }) })
      : undefined;
    const outputUrl = this.#outputUrl(config, buckets, viewer);
    const viewerUrl = viewer ? `${outputUrl}/${viewerPath}/` : config.viewerUrl;
    const functions = new Functions(this, "Functions", { config, buckets, outputUrl, viewerUrl });
    const topic = config.notify === undefined ? undefined : this.#topic(config, config.notify);
    const machine = new Machine(this, "Pipeline", { config, buckets, functions, ...(topic && { topic }) });
    new Trigger(this, "Trigger", { config, buckets, functions, machine, ...(topic && { topic }) });
    this.#outputs({
      UploadsBucket: buckets.uploads.bucketName,
      WorkBucket: buckets.work.bucketName,
      OutputBucket: buckets.output.bucketName,
      OutputUrl: outputUrl,
      StateMachineArn: machine.machine.stateMachineArn,
      Program: program,
      UploadCommand: `npm run push -- SLICES PROJECT --stack ${this.stackName}`,
      ViewerLinkBase: `${viewerUrl}#!${outputUrl}/`,
      ...(viewer && { ViewerBucket: viewer.bucket.bucketName }),
      ...(config.readers && { Readers: Object.keys(config.readers).join(", ") }),
    });
  }

  #outputUrl(config: Config, buckets: Buckets, viewer: Viewer | undefined): string {
    if (viewer || !config.publicRead)
      return new Delivery(this, "Delivery", { config, buckets, ...(viewer && { viewer }) }).url;
    const endpoint = process.env["AWS_ENDPOINT_URL"];
    if (config.emulator && endpoint !== undefined) return `${endpoint}/${buckets.output.bucketName}`;
    // The regional address: the global one redirects, and s3:// does not know the region.
    return `https://${buckets.output.bucketRegionalDomainName}`;
  }

  #topic({ emulator }: Config, address: string): Topic {
    const topic = new Topic(this, "Runs", { displayName: "neuropress", enforceSSL: !emulator });
    topic.addSubscription(new EmailSubscription(address));
    return topic;
  }

  #outputs(values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
