import { App } from "aws-cdk-lib";
import { Neuropress } from "../lib/stack/app.ts";
import { type Config, parseConfig } from "../lib/stack/config.ts";

const app = new App();
const config = configOf(app);
new Neuropress(app, config.stack, { config });

/** What is wrong with the settings is for people: without a stack of calls. */
function configOf({ node }: App): Config {
  try {
    return parseConfig(node.getAllContext());
  } catch (error) {
    process.stderr.write(`error: ${(error as Error).message}\n`);
    process.exit(1);
  }
}
