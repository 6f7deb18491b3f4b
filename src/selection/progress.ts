import { errorText, type Trial } from './trials.js';

/** Prints the result of a trial: on the terminal if there is one, else in the console. */
export function showTrial(
  { point, mean, std, error }: Omit<Trial, 'rank'>,
  monitor: string,
  done: number,
  total: number,
): void {
  const values = Object.entries(point).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const score =
    error === undefined
      ? `${monitor} ${(mean[monitor] ?? NaN).toPrecision(4)} ± ${(std[monitor] ?? NaN).toPrecision(2)}`
      : `failed: ${errorText(error)}`;
  const line = `trial ${done}/${total} · ${values.join(' · ')} · ${score}`;
  const host: { process?: { stdout?: { write(text: string): unknown } } } = globalThis;
  const out = host.process?.stdout;
  // eslint-disable-next-line no-console -- where there is no terminal the console is what the user asked for
  if (!out) console.log(line);
  else out.write(`${line}\n`);
}
