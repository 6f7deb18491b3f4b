// The MNIST example on a part of the images: `npm start` runs it on all.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadModel } from 'wasmgrad/io';
import { crossEntropy } from 'wasmgrad/losses';
import { run } from '../../examples/mnist.js';
import { readMnist } from '../../examples/support/mnist.js';
import { withRuntime } from '../support/live.js';
import { expectSmallFilesAsGood } from './support.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

test('learns digits, draws its curve, saves its model', async () => {
  const lines: string[] = [];
  const options = { trainingRows: 12_000, epochs: 3, progress: false, folder };
  const { testAccuracy, history, figure, model } = await run({ ...options, log: (line) => lines.push(line) });
  expect(testAccuracy).toBeGreaterThan(0.93);
  expect(lines.at(-1)).toBe(`test accuracy: ${(100 * testAccuracy).toFixed(2)} %`);
  expect(history.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
  expect(history.epochs[2]!.loss).toBeLessThan(history.epochs[0]!.loss / 2);

  const svg = readFileSync(figure, 'utf8');
  expect(svg.match(/<polyline/g)).toHaveLength(2 * 2 * 2); // curves and keys, of two lines on two charts
  expect(svg).not.toContain('NaN');

  const { test: images } = await readMnist();
  expect(images.size).toBe(10_000);
  using loaded = await loadModel(model);
  expect(loaded.parameterCount).toBe(101_770);
  expect(loaded.evaluate(images, { loss: crossEntropy(), metrics: ['accuracy'] })['accuracy']).toBe(testAccuracy);
  expectSmallFilesAsGood(loaded, images);
});
