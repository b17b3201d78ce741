import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { IBucket } from "aws-cdk-lib/aws-s3";
import type { Topic } from "aws-cdk-lib/aws-sns";
import {
  DefinitionBody,
  DistributedMap,
  Map as InlineMap,
  JsonPath,
  LogLevel,
  S3JsonItemReader,
  StateMachine,
  StateMachineType,
} from "aws-cdk-lib/aws-stepfunctions";
import type { LambdaInvoke } from "aws-cdk-lib/aws-stepfunctions-tasks";
import { Construct } from "constructs";
import { type StageName, stages } from "../plan/pipeline.ts";
import type { Buckets } from "./buckets.ts";
import type { Config } from "./config.ts";
import { Ending } from "./ending.ts";
import type { Functions } from "./functions.ts";
import { invoke } from "./task.ts";

export type MachineProps = {
  /** How many items are at work at the same time. */
  readonly config: Config;
  /** The work bucket holds the items. */
  readonly buckets: Buckets;
  /** What the stages call. */
  readonly functions: Functions;
  /** Told of every finished and failed run. */
  readonly topic?: Topic;
};

const title = (stage: StageName) => `${stage[0]?.toUpperCase()}${stage.slice(1)}`;

/**
 * The state machine: the stages of the pipeline (plan/pipeline.ts) in their order. State carries keys only; items
 * lie in the work bucket, already batched. A failed item fails the run: a hole in a volume is data loss.
 */
export class Machine extends Construct {
  readonly machine: StateMachine;
  readonly #props: MachineProps;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    this.#props = props;
    const { functions, topic } = props;
    const ending = new Ending(this, "Ending", { functions, ...(topic && { topic }) });
    const links = stages.map((stage) => this.#stage(stage.name, stage.fanOut));
    for (const link of links) link.addCatch(ending.bad, { resultPath: "$.error" });
    links.forEach((link, i) => {
      link.next(links[i + 1] ?? ending.good);
    });
    this.machine = new StateMachine(this, "Machine", {
      definitionBody: DefinitionBody.fromChainable(links[0] as LambdaInvoke),
      stateMachineType: StateMachineType.STANDARD,
      tracingEnabled: true,
      timeout: Duration.days(7),
      logs: { destination: this.#logs(), level: LogLevel.ALL },
    });
  }

  #logs(): LogGroup {
    const { logRetentionDays: retention } = this.#props.config;
    return new LogGroup(this, "Logs", { retention, removalPolicy: RemovalPolicy.DESTROY });
  }

  #stage(name: StageName, fanOut: boolean): LambdaInvoke | InlineMap | DistributedMap {
    const { functions } = this.#props;
    if (!fanOut) return invoke(this, title(name), functions.all[name]);
    if (name === "encode") return this.#map(name, title(name), "$.encode.items");
    // One list after another, such as the scales, each from the one before; what a list holds at the same time.
    const lists = new InlineMap(this, title(name), {
      itemsPath: `$.${name}`,
      maxConcurrency: 1,
      itemSelector: {
        project: JsonPath.stringAt("$.project"),
        run: JsonPath.stringAt("$.run"),
        items: JsonPath.stringAt("$$.Map.Item.Value.items"),
      },
      resultPath: JsonPath.DISCARD,
    });
    return lists.itemProcessor(this.#map(name, `${title(name)} of a list`, "$.items"));
  }

  /** Children are STANDARD: an item may take longer than the five minutes of an EXPRESS one. */
  #map(name: StageName, id: string, items: string): DistributedMap {
    const { config, buckets, functions } = this.#props;
    const map = new DistributedMap(this, id, {
      itemReader: new S3JsonItemReader({ bucket: buckets.work as IBucket, key: JsonPath.stringAt(items) }),
      itemSelector: {
        project: JsonPath.stringAt("$.project"),
        run: JsonPath.stringAt("$.run"),
        batch: JsonPath.objectAt("$$.Map.Item.Value"),
      },
      maxConcurrency: config.maxConcurrency,
      mapExecutionType: StateMachineType.STANDARD,
      toleratedFailurePercentage: 0,
      resultPath: JsonPath.DISCARD,
    });
    return map.itemProcessor(invoke(this, `${title(name)} a batch`, functions.all[name]));
  }
}
