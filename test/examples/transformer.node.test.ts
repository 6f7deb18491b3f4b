// A shortened run of the transformer example, and the numbers in words it learns from.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inWords } from '../../examples/support/words.js';
import { run } from '../../examples/transformer.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a transformer learns to count in words, lines it never saw included', async () => {
  const { untrained, loss, correct, samples, figure } = await run({
    epochs: 30,
    largest: 200,
    folder,
    log: () => undefined,
  });
  expect(untrained).toBeGreaterThan(3);
  expect(loss).toBeLessThan(0.5); // the frequencies of the letters alone leave about 2.8
  expect(correct).toBeGreaterThan(0.1);
  expect(samples.every((line) => line.length > 2)).toBe(true);
  expect(samples).toHaveLength(4);
  const svg = readFileSync(figure, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
});

test('numbers in words', () => {
  const words = [0, 7, 13, 20, 42, 100, 219, 777, 1000];
  expect(words.map(inWords)).toEqual([
    ...['zero', 'seven', 'thirteen', 'twenty', 'forty-two', 'one hundred', 'two hundred nineteen'],
    ...['seven hundred seventy-seven', 'one thousand'],
  ]);
});
