import { CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";

/** What a deployed stack tells of itself (outputs of lib/stack/app.ts). */
export type Site = {
  readonly UploadsBucket: string;
  readonly WorkBucket: string;
  readonly OutputBucket: string;
  readonly OutputUrl: string;
  readonly StateMachineArn: string;
  readonly ViewerLinkBase: string;
  /** Name and version of what converts there; part of the names of runs. */
  readonly Program: string;
};

/** The outputs of a deployed stack. @throws Error saying how to deploy if there is no such stack */
export async function findSite(stack: string): Promise<Site> {
  const client = new CloudFormationClient({});
  const { Stacks = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error) => {
      if (error instanceof Error && /does not exist/.test(error.message)) return { Stacks: [] };
      throw error;
    });
  const outputs = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));
  if (outputs["UploadsBucket"] === undefined) {
    throw new Error(
      `there is no stack ${stack} in this account and region. Deploy it (npm run deploy), or name it (--stack NAME)`,
    );
  }
  return outputs as Site;
}
