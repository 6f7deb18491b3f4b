// The convolutional examples on a part of the images.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadModel } from 'wasmgrad/io';
import { run as runCnn } from '../../examples/cnn.js';
import { run as runFashion } from '../../examples/fashion.js';
import { readMnist } from '../../examples/support/mnist.js';
import { withRuntime } from '../support/live.js';
import { expectSmallFilesAsGood } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

const quiet = { folder, progress: false };

test('the CNN learns digits beside the plain network', async () => {
  const lines: string[] = [];
  const result = await runCnn({ ...quiet, epochs: 2, trainingRows: 6000, log: (line) => lines.push(line) });
  expect(result.parameters).toBe(54_470);
  expect(lines.join('\n')).toContain('54,470');
  expect(result.plainAccuracy).toBeGreaterThan(0.88);
  expect(result.testAccuracy).toBeGreaterThan(0.9);
  expect(lines.at(-1)).toBe(`test accuracy: ${(100 * result.testAccuracy).toFixed(2)} %`);
  const svg = readFileSync(result.figure, 'utf8');
  expect(svg).not.toContain('NaN');
  expect(svg).toContain('CNN, test');

  using saved = await loadModel(result.model);
  expectSmallFilesAsGood(saved, (await readMnist()).test);
});

test('the CNN with batch normalisation and dropout learns clothes', async () => {
  const lines: string[] = [];
  const options = { ...quiet, epochs: 2, training: 300, testing: 100 };
  const { testAccuracy, history } = await runFashion({ ...options, log: (line) => lines.push(line) });
  expect(testAccuracy).toBeGreaterThan(0.6);
  expect(history.epochs[1]!.loss).toBeLessThan(history.epochs[0]!.loss);
  expect(lines.at(-2)).toMatch(/^most often confused: /);
});
