import { cpus, loadavg } from 'node:os';

/** Where the figures come from. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly runtime: string;
}

export function machine(): Machine {
  const [first] = cpus();
  return {
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    runtime: `node ${process.version}, V8 ${process.versions.v8}`,
  };
}

/** Processes that wanted a core in the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/** Says so when other programs compete for the cores, else undefined. */
export function busyWarning(): string | undefined {
  const load = loadAverage();
  const { cores } = machine();
  if (load < 0.75 * cores) return undefined;
  return `the machine is busy (load average ${load.toFixed(1)} on ${cores} cores): expect figures that are too low; ratios hold better`;
}
