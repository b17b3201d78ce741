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
  /** Holds the viewer, where the stack has one of its own. */
  readonly ViewerBucket?: string;
  /** Names of those who may read, where not everyone may. */
  readonly Readers?: string;
};

/** The outputs of a deployed stack. @throws Error saying how to deploy if there is no such stack */
export async function findSite(stack: string): Promise<Site> {
  const site = await lookUpSite(stack);
  if (site !== undefined) return site;
  throw new Error(
    `there is no stack ${stack} in this account and region. Deploy it (npm run deploy), or name it (--stack NAME)`,
  );
}

/** The outputs of a deployed stack, if there is one. */
export async function lookUpSite(stack: string): Promise<Site | undefined> {
  const client = new CloudFormationClient({});
  const { Stacks = [] } = await client
    .send(new DescribeStacksCommand({ StackName: stack }))
    .catch((error) => {
      if (error instanceof Error && /does not exist/.test(error.message)) return { Stacks: [] };
      throw error;
    });
  const outputs = Object.fromEntries((Stacks[0]?.Outputs ?? []).map((o) => [o.OutputKey, o.OutputValue]));
  return outputs["UploadsBucket"] === undefined ? undefined : (outputs as Site);
}
