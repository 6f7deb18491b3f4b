// `npx tsx bench/compare.ts BEFORE.json AFTER.json [--threshold 1.1]`: compares two results of one family for each
// candidate. Times are relative to the peak measured in the same run, so that a slower or busier machine is not a
// regression.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { inUnit, type Results } from './support/family.js';
import { figure, table } from './support/report.js';

export interface Change {
  readonly case: string;
  readonly candidate: string;
  /** In the family's unit. */
  readonly before: number;
  readonly after: number;
  /** Time after over time before, both relative to the machine's peak: above 1 is slower. */
  readonly ratio: number;
  readonly verdict: 'slower' | 'faster' | 'same';
}

/** The measurements that both results have. */
export function compare(before: Results, after: Results, threshold = 1.1): Change[] {
  if (before.family !== after.family)
    throw new RangeError(`compare: expected two results of one family, got ${before.family} and ${after.family}`);
  return before.cases.flatMap((old) => {
    const now = after.cases.find(({ name }) => name === old.name);
    if (!now) return [];
    return Object.entries(old.seconds).flatMap(([candidate, seconds]): Change[] => {
      const later = now.seconds[candidate];
      if (later === undefined) return [];
      const ratio = (later * now.peak.best) / (seconds * old.peak.best);
      return [
        {
          case: old.name,
          candidate,
          before: inUnit(before.unit, seconds, old.work),
          after: inUnit(after.unit, later, now.work),
          ratio,
          verdict: ratio > threshold ? 'slower' : ratio < 1 / threshold ? 'faster' : 'same',
        },
      ];
    });
  });
}

/** The changes as a table; only those beyond the threshold are marked. */
export function changesTable(unit: string, changes: readonly Change[]): string {
  const rows = changes.map((change) => [
    `${change.case}: ${change.candidate}`,
    figure(change.before),
    figure(change.after),
    `x ${figure(change.ratio)}`,
    change.verdict === 'same' ? '' : change.verdict,
  ]);
  return table([[unit, 'before', 'after', 'time', ''], ...rows]);
}

function read(path: string): Results {
  return JSON.parse(readFileSync(path, 'utf8')) as Results;
}

function main(): void {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { threshold: { type: 'string' } } });
  const [from, to] = positionals;
  const threshold = Number(values.threshold ?? 1.1);
  if (from === undefined || to === undefined || positionals.length > 2 || !(threshold >= 1)) {
    console.error('usage: npx tsx bench/compare.ts BEFORE.json AFTER.json [--threshold 1.1]');
    process.exitCode = 2;
    return;
  }
  const [before, after] = [read(from), read(to)];
  const changes = compare(before, after, threshold);
  console.log(`${after.title}: ${before.date} against ${after.date}\n\n${changesTable(after.unit, changes)}`);
  const slower = changes.filter(({ verdict, candidate }) => verdict === 'slower' && !after.others.includes(candidate));
  console.log(`\n${slower.length} slower by more than a factor of ${threshold}, of ${changes.length}`);
  if (slower.length > 0) process.exitCode = 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
