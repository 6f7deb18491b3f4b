// Timing on machines that other programs disturb: all candidates of a case alternate for many short windows, and the
// fastest window counts. Noise only adds time, so the minimum is the time on an idle machine.
import { Bench } from 'tinybench';

/** Something to time. */
export interface Candidate {
  readonly name: string;
  /** Does the work `times` times in its own loop, so that for calls of nanoseconds the harness does not count. */
  readonly run: (times: number) => void;
}

/** Durations of the measurement. */
export interface Effort {
  /** Number of turns of every candidate. */
  readonly rounds: number;
  /** Time of one turn, which holds several windows. */
  readonly milliseconds: number;
  /** Time until a candidate counts as optimised by the engine. */
  readonly warmup: number;
}

/** Work of one window in milliseconds: far above the clock's resolution, short enough to fall between disturbances. */
const WINDOW = 0.4;
/** A run of this duration is measured once. */
const LONG_RUN = 250;
/** A longer run hardly fits between two disturbances; then the processor time of this process is measured. */
const UNDISTURBED = 1.5;

/** Milliseconds of processor time, exact to a microsecond. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

interface Entry {
  readonly candidate: Candidate;
  times: number;
  best: number;
  long: boolean;
}

/** Lets the engine optimise a candidate and determines how often it runs in a window. */
function warmUp(candidate: Candidate, { warmup }: Effort): Entry {
  const entry: Entry = { candidate, times: 1, best: Infinity, long: false };
  const start = processorTime(); // on a busy machine the optimising compiler waits for a core as well
  for (;;) {
    const [before, used] = [performance.now(), processorTime()];
    candidate.run(entry.times);
    const took = performance.now() - before;
    if (took < WINDOW / 2) {
      entry.times = Math.ceil(entry.times * Math.min(10, WINDOW / took));
      continue;
    }
    const exact = took > UNDISTURBED ? Math.min(took, processorTime() - used) : took;
    entry.best = Math.min(entry.best, exact / entry.times);
    entry.long = entry.best > LONG_RUN;
    if (entry.long || processorTime() - start >= warmup) break;
  }
  entry.times = Math.max(1, Math.round(WINDOW / entry.best));
  return entry;
}

/** One turn: tinybench takes windows until the time is over. */
function takeTurn(entry: Entry, { milliseconds }: Effort): void {
  const { candidate, times } = entry;
  const now = entry.best * times > UNDISTURBED ? processorTime : performance.now.bind(performance);
  const bench = new Bench({ time: milliseconds, iterations: 1, warmup: false, now });
  const turn = (): void => {
    candidate.run(times);
  };
  const [task] = bench.add(candidate.name, turn, { async: false }).runSync();
  if (task?.result.state !== 'completed') throw new Error(`${candidate.name}: expected a measurement, got none`);
  entry.best = Math.min(entry.best, task.result.latency.min / times);
}

/** The shortest time of one execution of each candidate, in seconds, by name. */
export function measure(candidates: readonly Candidate[], effort: Effort): Map<string, number> {
  const entries = candidates.map((candidate) => warmUp(candidate, effort));
  const short = entries.filter(({ long }) => !long);
  for (let round = 0; round < effort.rounds; round++) for (const entry of short) takeTurn(entry, effort);
  return new Map(entries.map(({ candidate, best }) => [candidate.name, best / 1000]));
}

/** Makes a candidate of a function that does the work once. */
export function candidate(name: string, once: () => unknown): Candidate {
  return {
    name,
    run: (times) => {
      for (let i = 0; i < times; i++) once();
    },
  };
}
