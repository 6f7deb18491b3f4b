// A family is one `<family>.bench.ts`: the cases of one table, each with candidates that do the same work.
import { loadAverage, machine, type Machine } from './machine.js';
import { measure, type Candidate, type Effort } from './measure.js';
import { peakCandidates, peakOf, type Peak } from './peak.js';

/** How much to measure: `smoke` only shows that everything runs. */
export type Scale = 'smoke' | 'quick' | 'long';

/** One line of the table: the same work done by several candidates. */
export interface Case {
  readonly name: string;
  /** Number of operations or elements of one execution; only for families with a rate. */
  readonly work?: number;
  readonly candidates: readonly Candidate[];
  /** Frees what the case holds. */
  readonly dispose?: () => void;
}

export interface Family {
  readonly name: string;
  readonly title: string;
  /** Unit of the figures: a time (`ns`, `us`), or work per time (`GFLOP/s`, `Gelement/s`). */
  readonly unit: Unit;
  /** The library's candidate, and those of which the fastest is compared with it. */
  readonly ours: string;
  readonly others: readonly string[];
  /** Whether the figures can be expressed as a share of the arithmetic peak. */
  readonly shareOfPeak?: boolean;
  /** Cases one at a time, so that only one holds memory. */
  readonly cases: (scale: Scale) => Iterable<Case>;
  /** Draws the results. Default: bars. */
  readonly picture?: (results: Results) => string;
}

export type Unit = 'ns' | 'us' | 'GFLOP/s' | 'Gelement/s';

export interface Measured {
  readonly name: string;
  readonly work?: number;
  /** Shortest time of one execution, by candidate. */
  readonly seconds: Readonly<Record<string, number>>;
  /** The peak, measured alternately with the candidates. */
  readonly peak: Peak;
}

/** The results of one family, the content of `results/<family>.json`. */
export interface Results {
  readonly family: string;
  readonly title: string;
  readonly unit: Unit;
  readonly ours: string;
  readonly others: readonly string[];
  readonly shareOfPeak: boolean;
  readonly scale: Scale;
  readonly date: string;
  readonly machine: Machine;
  /** Load average (1 minute) before and after. */
  readonly load: readonly [number, number];
  readonly cases: readonly Measured[];
}

const EFFORTS: Record<Scale, Effort> = {
  smoke: { rounds: 1, milliseconds: 1, warmup: 1 },
  quick: { rounds: 8, milliseconds: 5, warmup: 80 },
  long: { rounds: 40, milliseconds: 15, warmup: 400 },
};

/** Measures every case of a family. `progress` is called with the name of each before it starts. */
export function runFamily(family: Family, scale: Scale, progress: (name: string) => void = () => undefined): Results {
  const { name, title, unit, ours, others, shareOfPeak = false } = family;
  const before = loadAverage();
  const cases: Measured[] = [];
  for (const each of family.cases(scale)) {
    progress(each.name);
    try {
      const times = measure([...each.candidates, ...peakCandidates()], EFFORTS[scale]);
      const seconds = Object.fromEntries(each.candidates.map((one) => [one.name, times.get(one.name) ?? NaN]));
      const work = each.work === undefined ? {} : { work: each.work };
      cases.push({ name: each.name, ...work, seconds, peak: peakOf(times) });
    } finally {
      each.dispose?.();
    }
  }
  const load = [before, loadAverage()] as const;
  const date = new Date().toISOString();
  return { family: name, title, unit, ours, others, shareOfPeak, scale, date, machine: machine(), load, cases };
}

/** A time in the family's unit. */
export function inUnit(unit: Unit, seconds: number, work = 1): number {
  switch (unit) {
    case 'ns':
      return seconds * 1e9;
    case 'us':
      return seconds * 1e6;
    case 'GFLOP/s':
    case 'Gelement/s':
      return work / seconds / 1e9;
  }
}

/** The shortest time of the candidates that the library is compared with. */
export function bestOther({ others }: Results, { seconds }: Measured): number {
  return Math.min(...others.map((name) => seconds[name] ?? Infinity));
}
