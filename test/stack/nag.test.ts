import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { explained } from "./explained.ts";
import { appOf, type Context, stackOf } from "./synth.ts";

test("cdk-nag: every finding is explained, and every explanation explains something", () => {
  const used = new Set<RegExp>();
  const unexplained: string[] = [];
  const readers = { alice: "0".repeat(64) };
  const all: Context[] = [
    {},
    { publicRead: "false", notify: "lab@example.org" },
    { publicRead: "false", viewer: "true", readers },
  ];
  for (const settings of all) {
    for (const rule of findings(settings)) {
      const entry = explained.find((one) => one.rule.test(rule));
      if (entry === undefined) unexplained.push(rule);
      else used.add(entry.rule);
    }
  }
  expect(unexplained).toEqual([]);
  expect(explained.filter(({ rule }) => !used.has(rule)).map(({ rule }) => rule.source)).toEqual([]);
});

/** Rules that the stack breaks, with what breaks them in brackets. */
function findings(settings: Context): string[] {
  const outdir = mkdtempSync(path.join(tmpdir(), "neuropress-nag-"));
  const app = appOf(settings, { outdir });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  stackOf(app);
  try {
    app.synth();
  } catch {
    // Findings make the synthesis fail; the report is written all the same.
  }
  const report = JSON.parse(readFileSync(path.join(outdir, "validation-report.json"), "utf8"));
  rmSync(outdir, { recursive: true });
  const rules = report.pluginReports.flatMap((plugin: { violations: { ruleName: string }[] }) =>
    plugin.violations.map(({ ruleName }) => ruleName),
  );
  expect(rules.length, "the checks must have run").toBeGreaterThan(5);
  return rules;
}
