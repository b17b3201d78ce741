import { App } from "aws-cdk-lib";
import { Neuropress } from "../lib/stack/app.ts";
import { parseConfig } from "../lib/stack/config.ts";

const app = new App();
const config = parseConfig((name) => app.node.tryGetContext(name));
new Neuropress(app, app.node.tryGetContext("stack") ?? "Neuropress", { config });
