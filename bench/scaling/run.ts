// `npm run bench scaling [-- ROUNDS]`: how the cost of training grows with depth, width, batch and length, how long
// the first step takes, and what more threads would gain. Prints tables and writes results/scaling.json and .svg.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { init } from 'wasmgrad';
import { plot, type Chart } from 'wasmgrad/plot';
import { busyWarning, machine } from '../support/machine.js';
import { axes, measureAxis, type Axis, type Cost } from './cost.js';
import { simulateThreads, THREADS, type Simulated } from './threads.js';

const ROUNDS = Number(process.argv[2] ?? 5);
const FIRST = ['xor', 'digits', 'images', '50 dense'];

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));

/** Milliseconds. */
interface FirstStep {
  readonly cold: { readonly recording: number; readonly run: number };
}

/** The shortest first step of several processes. */
function firstStep(name: string): number {
  const script = fileURLToPath(new URL('../first-step/measure.mjs', import.meta.url));
  const run = (): number => {
    const { cold } = JSON.parse(execFileSync(process.execPath, [script, name], { encoding: 'utf8' })) as FirstStep;
    return cold.recording + cold.run;
  };
  return Math.min(...Array.from({ length: ROUNDS }, run));
}

/** Time and memory over one axis, as multiples of their first values, beside proportional growth. */
function growth({ name, of }: Axis, costs: readonly Cost[]): Chart {
  const [first] = costs;
  const line = (which: 'step' | 'memory') =>
    costs.map((cost): [number, number] => [cost.value, cost[which] / (first?.[which] ?? NaN)]);
  const linear = costs.map(({ value }): [number, number] => [value, value / (first?.value ?? NaN)]);
  return {
    title: `${name}: ${of}`,
    xLabel: name,
    yLabel: 'times the first value',
    xScale: 'log',
    yScale: 'log',
    series: [
      { name: 'time of a step', points: line('step') },
      { name: 'memory', points: line('memory') },
      { name: 'proportional', points: linear, style: 'guide' },
    ],
  };
}

function recordingChart(costs: readonly Cost[]): Chart {
  const points = costs.map(({ value, recording }): [number, number] => [value, recording]);
  return {
    title: 'Recording the first step',
    xLabel: 'layers',
    yLabel: 'ms',
    series: [{ name: 'recording', points }],
  };
}

function threadsChart(simulated: readonly Simulated[]): Chart {
  const factor = ({ milliseconds }: Simulated, threads: number): number =>
    (milliseconds.get(1) ?? NaN) / (milliseconds.get(threads) ?? NaN);
  return {
    title: 'Threads, SIMULATED from the division of work',
    xLabel: 'threads',
    yLabel: 'times as fast as one',
    series: [
      ...simulated.map((one) => ({
        name: one.name,
        points: THREADS.map((threads): [number, number] => [threads, factor(one, threads)]),
      })),
      { name: 'ideal', points: THREADS.map((threads): [number, number] => [threads, threads]), style: 'guide' },
    ],
  };
}

function showCosts({ name, of }: Axis, costs: readonly Cost[]): void {
  console.log(`\n${name}: ${of}`);
  for (const { value, step, recording, memory } of costs) {
    const cells = [`${figure(step)} ms`, `recording ${figure(recording)} ms`, `${figure(memory / 1e6)} MB`];
    console.log(`  ${String(value).padStart(5)}  ${cells.map((cell) => cell.padEnd(20)).join('')}`);
  }
}

await init({ threads: 1 });
const warning = busyWarning();
if (warning) console.log(`warning: ${warning}`);
const first = FIRST.map((name) => [name, firstStep(name)] as const);
console.log('First step in a new process:', first.map(([name, ms]) => `${name} ${figure(ms)} ms`).join(', '));
const measured = axes.map((axis) => {
  const costs = measureAxis(axis, ROUNDS);
  showCosts(axis, costs);
  return { axis, costs };
});
const simulated = await simulateThreads(4 * ROUNDS);
console.log('\nThreads, simulated: the longest piece of each record, measured alone');
for (const { name, milliseconds } of simulated)
  console.log(`  ${name}: ${[...milliseconds].map(([threads, ms]) => `${threads}: ${figure(ms)} ms`).join(', ')}`);

const depth = measured.find(({ axis }) => axis.name === 'depth')?.costs ?? [];
const charts = [
  ...measured.map(({ axis, costs }) => growth(axis, costs)),
  recordingChart(depth),
  threadsChart(simulated),
];
const target = new URL('../results/', import.meta.url);
mkdirSync(target, { recursive: true });
const results = {
  date: new Date().toISOString(),
  machine: machine(),
  firstStep: Object.fromEntries(first),
  axes: measured.map(({ axis, costs }) => ({ name: axis.name, of: axis.of, costs })),
  simulatedThreads: simulated.map(({ name, milliseconds }) => ({
    name,
    milliseconds: Object.fromEntries(milliseconds),
  })),
};
writeFileSync(new URL('scaling.json', target), `${JSON.stringify(results, null, 2)}\n`);
const picture = new URL('scaling.svg', target);
writeFileSync(picture, plot(charts, { columns: 2 }));
console.log(`  picture: ${fileURLToPath(picture)}`);
