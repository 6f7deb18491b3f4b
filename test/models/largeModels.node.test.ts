// Models whose layers give millions of numbers for each sample.
import { expect, test } from 'vitest';
import { init, memory, zeros } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';

test('predict divides many rows so that the values of all layers fit into memory', async () => {
  await init();
  const units = 2 ** 19;
  using model = sequential({ inputShape: [1] }, [dense({ units }), dense({ units: 1 })]);
  using x = zeros([256, 1]);
  using y = model.predict(x);
  expect(y.shape).toEqual([256, 1]);
  expect(memory().reserved).toBeLessThan(128 * units * 4);
});
