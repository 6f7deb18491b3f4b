// What pages download, and the bars for it.
import { expect, test } from 'vitest';
import { measure, pages } from '../../scripts/size.mjs';

interface Page {
  readonly bar: number;
  readonly limit?: number;
  readonly code: string;
}

test.each([
  'trains',
  'predicts',
  'predicts from a file',
  'trains and exports to ONNX',
  'trains, and imports and exports ONNX',
  'does nothing but init',
] as const)('a page that %s', async (page) => {
  const { code, bar, limit = bar }: Page = pages[page];
  const { minified, gzip, script } = await measure(code);
  expect(gzip).toBeLessThanOrEqual(limit);
  // The wasm is in it, once, and nowhere near as large as the file it is made from.
  expect(gzip - script).toBeGreaterThan(7_500);
  expect(gzip).toBeLessThan(minified);
});

test('a page pays for what it uses only', async () => {
  const nothing = await measure(pages['does nothing but init'].code);
  const everything = await measure(`export * from 'wasmgrad'; export * from 'wasmgrad/models';`);
  expect(nothing.script).toBeLessThan(everything.script / 3);
});
