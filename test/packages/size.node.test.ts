// What pages download. The ceilings keep it from growing unnoticed; the bars it is to reach are in scripts/size.mjs.
import { expect, test } from 'vitest';
import { measure, pages } from '../../scripts/size.mjs';

const CEILINGS = { trains: 61_000, predicts: 30_000, 'does nothing but init': 20_000 } as const;

test.each(['trains', 'predicts', 'does nothing but init'] as const)('a page that %s', async (page) => {
  const { minified, gzip, script } = await measure(pages[page].code);
  expect(gzip).toBeLessThan(CEILINGS[page]);
  // The wasm is in it, once, and nowhere near as large as the file it is made from.
  expect(gzip - script).toBeGreaterThan(10_000);
  expect(gzip).toBeLessThan(minified);
});

test('a page pays for what it uses only', async () => {
  const nothing = await measure(pages['does nothing but init'].code);
  const everything = await measure(`export * from 'wasmgrad'; export * from 'wasmgrad/models';`);
  expect(nothing.script).toBeLessThan(everything.script / 3);
});
