import type { Plan } from "../../plan/plan.ts";
import { readInfo } from "../../verify/info.ts";
import type { Layout } from "../../verify/layout.ts";
import { findingsOf, type Report } from "../../verify/report.ts";

const layouts = new WeakMap<Plan["info"], Layout>();

/** The layout that a plan's `info` describes, read as if it were published. */
export function layoutOf(plan: Pick<Plan, "info">): Layout {
  const known = layouts.get(plan.info);
  if (known !== undefined) return known;
  const report: Report = {};
  const layout = readInfo(JSON.stringify(plan.info), report);
  const [first] = findingsOf(report);
  if (layout === undefined || first !== undefined)
    throw new Error(`the plan's info ${first?.finding.found ?? "cannot be read"}`);
  layouts.set(plan.info, layout);
  return layout;
}
