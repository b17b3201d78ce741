import { App } from "aws-cdk-lib";
import { InputError } from "../lib/format/error.ts";
import { Neuropress } from "../lib/stack/app.ts";
import { type Config, parseConfig } from "../lib/stack/config.ts";

const app = new App();
const config = configOf(app);
try {
  new Neuropress(app, config.stack, { config });
} catch (error) {
  if (!(error instanceof InputError)) throw error;
  stop(error);
}

function configOf({ node }: App): Config {
  try {
    return parseConfig(node.getAllContext());
  } catch (error) {
    return stop(error as Error);
  }
}

/** What is wrong with the settings is for people: without a stack of calls. */
function stop({ message }: Error): never {
  process.stderr.write(`error: ${message}\n`);
  process.exit(1);
}
