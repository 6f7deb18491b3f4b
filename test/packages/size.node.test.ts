// What pages download, and the bars for it.
import { expect, test } from 'vitest';
import { measure as measured, pages } from '../../scripts/size.mjs';

interface Page {
  readonly bar: number;
  readonly limit?: number;
  /** Whether the bar is for what the page loads at once when it is built in pieces. */
  readonly pieces?: boolean;
  readonly code: string;
}

interface Sizes {
  readonly minified: number;
  readonly gzip: number;
  readonly script: number;
  readonly atOnce: number;
}

const measure = (code: string): Promise<Sizes> => measured(code);

test.each([
  'trains',
  'predicts',
  'predicts from a file',
  'trains and exports to ONNX',
  'trains, and imports and exports ONNX',
  'does nothing but init',
] as const)('a page that %s', async (page) => {
  const { code, bar, limit = bar, pieces = false }: Page = pages[page];
  const { minified, gzip, script, atOnce } = await measure(code);
  expect(pieces ? atOnce : gzip).toBeLessThanOrEqual(limit);
  expect(atOnce).toBeLessThan(gzip);
  // The wasm is in it, once, and nowhere near as large as the file it is made from.
  expect(gzip - script).toBeGreaterThan(6_000);
  expect(gzip).toBeLessThan(minified);
});

test('a page pays for what it uses only', async () => {
  const nothing = await measure(pages['does nothing but init'].code);
  const everything = await measure(`export * from 'wasmgrad'; export * from 'wasmgrad/models';`);
  expect(nothing.script).toBeLessThan(everything.script / 3);
});
