// A pretrained network learns a few pictures, is saved and exported.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadModel } from 'wasmgrad/io';
import { run } from '../../examples/fine-tune.js';
import { withRuntime } from '../support/live.js';

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

withRuntime();

test('a MobileNetV2 learns clothes from three pictures each; its ONNX file gives the same answers', async () => {
  const lines: string[] = [];
  const options = { training: 3, testing: 4, epochs: 150, fineTuning: 1, folder };
  const result = await run({ ...options, log: (line) => lines.push(line) });
  expect(result.before).toBeLessThan(0.3);
  expect(result.head).toBeGreaterThan(0.5);
  expect(result.fineTuned).toBeGreaterThan(0.5);
  expect(result.difference).toBeLessThan(1e-5);
  expect(lines[0]).toBe('30 pictures to learn from, 40 others to be tested with');
  expect(lines.join('\n')).toMatch(/^before training: +\d+\.\d\d % of the test pictures$/m);
  expect(readFileSync(result.onnx).length).toBeGreaterThan(2_500_000);

  // The last block and the new layers were trained, and the file says so
  using saved = await loadModel(result.model);
  const trained = saved.layers.filter(({ trainable }) => trainable).map(({ name }) => name.split('/').at(-1));
  expect(trained).toEqual([
    ...['expand', 'expand_BN', 'depthwise', 'depthwise_BN', 'project', 'project_BN'].map((part) => `block_12_${part}`),
    'block_13_expand',
    'block_13_expand_BN',
    'batchNorm_1',
    'dense_1',
  ]);
}, 120_000);
