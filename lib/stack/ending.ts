import type { Topic } from "aws-cdk-lib/aws-sns";
import { Fail, type IChainable, JsonPath, Pass, Succeed } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Functions } from "./functions.ts";
import { invoke, tell } from "./task.ts";

export type EndingProps = {
  /** One of them gathers what went wrong. */
  readonly functions: Functions;
  /** Told of how a run ended. */
  readonly topic?: Topic;
};

/** How a run ends: well, with its link told; or with the failed items' own words as the execution's error. */
export class Ending extends Construct {
  readonly good: IChainable;
  readonly bad: IChainable;

  constructor(scope: Construct, id: string, { functions, topic }: EndingProps) {
    super(scope, id);
    const done = new Succeed(this, "Done");
    const failed = new Fail(this, "Failed", { errorPath: "$.error", causePath: "$.cause" });
    const news = (name: string, subject: string, path: string, next: Succeed | Fail) =>
      topic === undefined ? next : tell(this, name, { topic, subject, path, next });
    const badNews = news("Tell the failure", "neuropress: failed", "$.cause", failed);
    const report = invoke(this, "Report failure", functions.all.fail);
    // Should even the report fail, the first error is still the execution's.
    const asItWas = new Pass(this, "Failure as it was", {
      parameters: { error: JsonPath.stringAt("$.error.Error"), cause: JsonPath.stringAt("$.error.Cause") },
    });
    report.addCatch(asItWas.next(badNews), { resultPath: JsonPath.DISCARD });
    report.next(badNews);
    this.bad = report;
    this.good = news("Tell the link", "neuropress: published", "$.link", done);
  }
}
