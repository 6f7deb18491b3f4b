// Shortened runs of the examples: that they learn what they are to learn.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { run as deepNetwork } from '../../examples/deep-network.js';
import { run as logisticRegression } from '../../examples/logistic-regression.js';
import { run as oneHiddenLayer } from '../../examples/one-hidden-layer.js';
import { run as xor } from '../../examples/xor.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const log = (): void => undefined;
const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A figure small enough for a page, drawn whole. */
function expectFigure(path: string): void {
  const svg = readFileSync(path, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
}

test('logistic regression finds the line between two clouds', async () => {
  const lines: string[] = [];
  const { loss, accuracy, weights, gradientError, figure } = await logisticRegression({
    epochs: 100,
    folder,
    log: (line) => lines.push(line),
  });
  expectFigure(figure);
  expect(gradientError).toBeLessThan(1e-6);
  expect(loss).toBeLessThan(0.31);
  expect(accuracy).toBeGreaterThan(0.85);
  [2, 1, 0].forEach((ideal, i) => expect(Math.abs(weights[i]! - ideal)).toBeLessThan(0.15));
  expect(lines.at(-2)).toMatch(/^loss 0\.\d{5}, accuracy 8\d\.\d\d %$/);
});

test('one hidden layer: every activation but the linear one parts a ring from its surroundings', async () => {
  const { figures, figure } = await oneHiddenLayer({ epochs: 200, folder, log });
  expectFigure(figure);
  const { linear, ...curved } = figures;
  expect(linear.accuracy).toBeLessThan(0.65);
  expect(Object.keys(curved)).toHaveLength(9);
  for (const [name, { loss, accuracy }] of Object.entries(curved)) {
    expect(accuracy, name).toBeGreaterThan(0.85);
    expect(loss, name).toBeLessThan(0.35);
  }
});

describe('xor', () => {
  test('converges from the seeded initialisation', async () => {
    const { loss, steps, predictions, figure } = await xor({ folder, log });
    expectFigure(figure);
    expect(loss).toBeLessThanOrEqual(0.01);
    expect(steps).toBeLessThan(2000);
    [0, 1, 1, 0].forEach((answer, i) => expect(Math.abs(predictions[i]! - answer)).toBeLessThan(0.02));
  });

  test('gives the same figures every time', async () => {
    const [first, second] = [await xor({ steps: 50, folder, log }), await xor({ steps: 50, folder, log })];
    expect(second).toEqual(first);
    expect((await xor({ steps: 50, seed: 2, folder, log })).loss).not.toBe(first.loss);
  });
});

test.each([1, 4])('a network of %i hidden layers: loss falls, input gradient as finite differences', async (layers) => {
  const { loss, baseline, gradientError, gradientSize, figure } = await deepNetwork({ layers, epochs: 8, folder, log });
  expectFigure(figure);
  expect(loss).toBeLessThan(baseline / 4);
  expect(gradientSize).toBeGreaterThan(1);
  expect(gradientError).toBeLessThan(2e-3 * gradientSize);
});

test('npm run example lists the examples and refuses others', () => {
  const start = (...args: string[]): string =>
    execFileSync(process.execPath, ['--import', 'tsx', 'examples/run.ts', ...args], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const listing = start();
  for (const name of ['deep-network', 'logistic-regression', 'mnist', 'one-hidden-layer', 'xor']) {
    expect(listing).toMatch(new RegExp(`^ {2}${name} +System \\d+: `, 'm'));
  }
  expect(() => start('nand')).toThrow(/expected one of .*, got 'nand'/);
});
