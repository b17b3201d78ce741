import type { Topic } from "aws-cdk-lib/aws-sns";
import { Fail, type IChainable, JsonPath, Pass, Succeed } from "aws-cdk-lib/aws-stepfunctions";
import { Construct } from "constructs";
import type { Functions } from "./functions.ts";
import { invoke, tell } from "./task.ts";

export type EndingProps = {
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
    const report = invoke(this, "Report failure", functions.all.fail);
    // Should even the report fail, the first error is still the execution's.
    const asItWas = new Pass(this, "Failure as it was", {
      parameters: { error: JsonPath.stringAt("$.error.Error"), cause: JsonPath.stringAt("$.error.Cause") },
    });
    report.addCatch(asItWas.next(failed), { resultPath: JsonPath.DISCARD });
    if (topic === undefined) {
      this.good = done;
      this.bad = report.next(failed);
      return;
    }
    this.good = tell(this, "Tell the link", { topic, subject: "neuropress: published", path: "$.link" }).next(
      done,
    );
    report.next(
      tell(this, "Tell the failure", { topic, subject: "neuropress: failed", path: "$.cause" }).next(failed),
    );
    this.bad = report;
  }
}
