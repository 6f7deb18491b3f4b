import { cpus, loadavg } from 'node:os';

/** The machine that the figures were measured on. */
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

/** Average number of processes that needed a core in the last minute. */
export function loadAverage(): number {
  return loadavg()[0] ?? 0;
}

/** A warning if other programs compete for the cores, else undefined. */
export function busyWarning(): string | undefined {
  const load = loadAverage();
  const { cores } = machine();
  if (load < 0.75 * cores) return undefined;
  return `the machine is busy (load average ${load.toFixed(1)} on ${cores} cores): expect figures that are too low; ratios hold better`;
}
