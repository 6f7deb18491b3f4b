// Shortened runs of the examples with tables, time series and augmentation: that they beat their baselines.
import { expect, test } from 'vitest';
import { run as augmentation } from '../../examples/augmentation.js';
import { run as forecast } from '../../examples/forecast.js';
import { run as table } from '../../examples/table.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const log = (): void => undefined;

test('table: the network is better than a linear regression on the same inputs', async () => {
  const { mean, linear, network } = await table({ log });
  expect([mean, linear].map((error) => error.toFixed(1))).toEqual(['6.5', '2.4']); // properties of the data
  expect(network).toBeLessThan(0.85 * linear);
});

test('forecast: the network is better than the same weekday of the week before', async () => {
  const { lastWeek, network } = await forecast({ log });
  expect(Math.round(lastWeek)).toBe(443); // a property of the data
  expect(network).toBeLessThan(0.9 * lastWeek);
});

test('augmentation: pictures taken askew are recognised by the network that has seen such ones', async () => {
  const { plain, augmented } = await augmentation({ log, epochs: 8, training: 60, testing: 60 });
  expect(augmented).toBeGreaterThan(plain + 0.05);
});
