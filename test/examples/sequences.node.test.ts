// Shortened runs of the examples with recurrent networks: that they show what they are to show.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run as births } from '../../examples/births.js';
import { run as brackets } from '../../examples/brackets.js';
import { run as characters } from '../../examples/characters.js';
import { rhyme } from '../../examples/support/rhyme.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));
const quiet = { folder, log: (): void => undefined };

/** A figure small enough for a page, drawn whole. */
function expectFigure(path: string): string {
  const svg = readFileSync(path, 'utf8');
  expect(svg.length).toBeLessThan(60_000);
  expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
  expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  return svg;
}

test('births: the forecast is better than the same weekday of last week, and than four of them', async () => {
  const { network, lastWeek, fourWeeks, days, figure } = await births({ ...quiet, epochs: 4 });
  expect(days).toBe(730);
  expect(Math.round(lastWeek)).toBe(450); // a property of the data
  expect(network).toBeLessThan(0.85 * lastWeek);
  expect(network).toBeLessThan(0.85 * fourWeeks);
  expect(expectFigure(figure).match(/class="guide"/g)).toHaveLength(42);
});

test('brackets: learned from sequences of different length; no prediction depends on the padding', async () => {
  const { accuracy, longer, changed, figure } = await brackets({ ...quiet, epochs: 8 });
  expect(accuracy).toBeGreaterThan(0.95);
  expect(longer).toBeGreaterThan(0.75);
  expect(changed).toBe(0);
  expectFigure(figure);
});

test('characters: the model knows its text far better than by frequency, and writes its words', async () => {
  const { bits, frequencies, sample, figure } = await characters({ ...quiet, epochs: 10 });
  expect(frequencies).toBeCloseTo(3.98, 2);
  expect(bits).toBeLessThan(frequencies / 5);
  expect(sample).toHaveLength(320);
  const known = new Set(rhyme.split(/\s+/));
  const words = sample.split(/\s+/).slice(0, -1); // the last may be cut
  expect(words.filter((word) => known.has(word)).length).toBeGreaterThan(0.8 * words.length);
  expectFigure(figure);
});
