import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { deskOf, logger, setting, uploadsOf } from "../lib/cloud/handler.ts";
import { touchedProjects, type UploadEvent } from "../lib/step/event.ts";
import { launch, type ToStart } from "../lib/step/launch.ts";

const machine = new SFNClient({ retryMode: "adaptive", maxAttempts: 8 });

/** Uploads have come: starts the runs of those projects that are complete and new. */
export async function handler(event: UploadEvent): Promise<{ started: string[] }> {
  const started: string[] = [];
  for (const touched of touchedProjects(event)) {
    const { project } = touched;
    const site = { input: uploadsOf(project), work: deskOf(project), start, arnOf };
    const name = await launch(site, touched);
    logger.info("looked", { project, started: name });
    if (name !== undefined) started.push(name);
  }
  return { started };
}

async function start(name: string, input: ToStart): Promise<boolean> {
  const stateMachineArn = setting("STATE_MACHINE_ARN");
  try {
    await machine.send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }));
    return true;
  } catch (error) {
    if (error instanceof ExecutionAlreadyExists) return false;
    throw error;
  }
}

/** `arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME` has executions `...:execution:NAME:EXECUTION`. */
function arnOf(name: string): string {
  return `${setting("STATE_MACHINE_ARN").replace(":stateMachine:", ":execution:")}:${name}`;
}
