// The MNIST studies on a part of the images: that each shows its effect.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run as batchSize } from '../../examples/studies/batch-size.js';
import { run as epochs } from '../../examples/studies/epochs.js';
import { run as gridSearch } from '../../examples/studies/grid-search.js';
import { run as learningRate } from '../../examples/studies/learning-rate.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));
const quiet = { folder, log: (): void => undefined };

function curvesIn(path: string): number {
  const svg = readFileSync(path, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  return svg.match(/<polyline/g)?.length ?? 0;
}

test('learning rate: too large and too small are both worse', async () => {
  const { runs, figure } = await learningRate({ ...quiet, images: 2000, epochs: 3 });
  const accuracy = Object.fromEntries(runs.map(({ name, testAccuracy }) => [name, testAccuracy]));
  expect(Object.keys(accuracy)).toEqual(['1e-1', '1e-2', '1e-3', '1e-4', '1e-5']);
  expect(accuracy['1e-1']).toBeLessThan(accuracy['1e-2']!);
  expect(accuracy['1e-4']).toBeLessThan(accuracy['1e-3']!);
  expect(accuracy['1e-5']).toBeLessThan(accuracy['1e-4']!);
  expect(curvesIn(figure)).toBe(2 * 2 * 5); // curves and keys on two charts
});

test('batch size: with few epochs and a small rate, more steps go further', async () => {
  const { runs, figure } = await batchSize({ ...quiet, images: 2000, epochs: 2 });
  const losses = runs.map(({ history }) => history.epochs.at(-1)!.loss);
  expect(losses).toHaveLength(5);
  expect(losses).toEqual([...losses].sort((a, b) => a - b));
  curvesIn(figure);
});

test('epochs: the loss falls, and a shorter run is the beginning of a longer one', async () => {
  const long = await epochs({ ...quiet, images: 1000, epochs: 4 });
  const short = await epochs({ ...quiet, images: 1000, epochs: 2 });
  const losses = long.runs[0]!.history.epochs.map(({ loss }) => loss);
  expect(losses).toEqual([...losses].sort((a, b) => b - a));
  expect(short.runs[0]!.history.epochs.map(({ loss }) => loss)).toEqual(losses.slice(0, 2));
  curvesIn(long.figure);
});

test('grid search: ranked, and the best point learns', async () => {
  const lines: string[] = [];
  const options = { folder, images: 400, epochs: 2, folds: 2, rates: [1e-4, 3e-3], workers: 1 };
  const { trials, table, testAccuracy, figure } = await gridSearch({ ...options, log: (line) => lines.push(line) });
  expect(trials.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(trials[0]!.point.learningRate).toBe(3e-3);
  expect(trials[0]!.mean['accuracy']).toBeGreaterThan(trials[7]!.mean['accuracy']! + 0.2);
  expect(testAccuracy).toBeGreaterThan(0.6);
  expect(lines).toContain(table);
  curvesIn(figure);
});

test('npm run study: workers, usage, and what it refuses', () => {
  const start = (...args: string[]): string =>
    execFileSync(process.execPath, ['--import', 'tsx', 'examples/studies/run.ts', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  expect(start('grid-search', '--images', '100', '--epochs', '1')).toMatch(/12 points x 5 folds of 100 images/);
  expect(start()).toMatch(/npm run study NAME[^]*learning-rate[^]*batch-size[^]*epochs[^]*grid-search/);
  expect(() => start('momentum')).toThrow(/expected one of learning-rate, .*, got 'momentum'/);
  expect(() => start('epochs', '--epochs', '0')).toThrow(/expected --epochs to be a whole number > 0, got '0'/);
});
