import { mostSegments } from "./limit.ts";
import { functionSeconds, type Load } from "./load.ts";
import { service } from "./pace.ts";

/**
 * Which limits of the services a run would meet, one sentence each: what holds it up first, then what fails it.
 *
 * @param concurrency calls at the same time
 */
export function bindingQuotas(
  loads: readonly Load[],
  { concurrency, segments }: { concurrency: number; segments: number },
): string[] {
  const widest = loads.reduce((most, load) => (load.calls > most.calls ? load : most));
  const quotas: string[] = [];
  const wide = Math.min(widest.calls, concurrency);
  if (widest.calls > concurrency) {
    const rounds = Math.ceil(widest.calls / concurrency);
    quotas.push(
      `Lambda concurrency: ${widest.name} has ${count(widest.calls)} calls and ${count(concurrency)} run at a time, ${count(rounds)} rounds (-c maxConcurrency=N)`,
    );
  }
  if (wide > service.newAccount) {
    quotas.push(
      `Lambda account limit: new accounts may have only ${service.newAccount} calls at a time, this run wants ${count(wide)} (Service Quotas, "Concurrent executions")`,
    );
  }
  for (const load of loads) quotas.push(...ofList(load, concurrency));
  if (segments >= mostSegments) {
    quotas.push(`segments: a volume may have ${count(mostSegments)}, and this one may have more`);
  }
  return quotas;
}

function ofList(load: Load, concurrency: number): string[] {
  const { calls, name, puts, gets } = load;
  if (calls === 0) return [];
  const each = functionSeconds(load) / calls;
  const found: string[] = [];
  const seconds = Math.ceil(calls / concurrency) * each;
  const rate = (what: string, wanted: number, most: number) => {
    if (wanted / seconds > most) {
      found.push(
        `${what}: ${name} would ask for ${count(wanted / seconds)} a second, and ${count(most)} are sure`,
      );
    }
  };
  rate("S3 PUT rate of a prefix", puts, service.putsPerSecond);
  rate("S3 GET rate of a prefix", gets, service.getsPerSecond);
  rate("Step Functions transitions", 2 * calls, service.transitionsPerSecond);
  if (each > service.callSeconds / 2) {
    found.push(`Lambda time limit: a call of ${name} takes about ${count(each)} of ${service.callSeconds} s`);
  }
  return found;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
