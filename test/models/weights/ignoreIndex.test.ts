// Labels that do not count.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../../src/data/index.js';
import { crossEntropy } from '../../../src/losses/index.js';
import { withRuntime } from '../../support/live.js';
import { expectClose } from '../../support/slices.js';
import { typed } from '../../support/typed.js';
import { labels, softmaxNet, trained, x } from './problem.js';

withRuntime();

describe('ignoreIndex', () => {
  const some = labels.map((label, i) => (i % 4 === 1 ? -100 : label));
  const kept = Array.from(some.keys()).filter((i) => some[i] !== -100);
  const loss = crossEntropy({ ignoreIndex: -100, labelSmoothing: 0.1 });

  it('trains and evaluates as without these rows', async () => {
    const data = dataset(x, some, { shape: [3] });
    const rest = data.subset(kept);
    const options = { epochs: 3, batchSize: 100, shuffle: false };
    const own = await trained(data, { ...options, loss });
    const other = await trained(rest, { ...options, loss: crossEntropy({ labelSmoothing: 0.1 }) });
    expectClose(own.bits.flat(), other.bits.flat(), 1e-5);
    const net = softmaxNet();
    const expected = net.evaluate(rest, { loss: crossEntropy({ labelSmoothing: 0.1 }) }).loss;
    for (const batchSize of [3, 7, 64]) expectClose([net.evaluate(data, { loss, batchSize }).loss], [expected], 3e-6);
    net.dispose();
  });

  it('lets other labels outside the classes be refused', () => {
    const net = softmaxNet();
    const bad = dataset(x, labels.map((label, i) => (i === 5 ? 3 : label)), { shape: [3] }); // prettier-ignore
    expect(() => net.evaluate(bad, { loss })).toThrow(
      typed(RangeError, /^evaluate: expected labels from 0 to 2, got 3/),
    );
    net.dispose();
  });
});
