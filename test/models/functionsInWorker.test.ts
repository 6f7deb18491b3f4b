import { describe, expect, it } from 'vitest';
import { cast, full, max, mean, mul, oneHot, sigmoid, square, sub, type DType, type Tensor } from '../../src/index.js';
import { dense, dropout, type Layer } from '../../src/layers/index.js';
import { sequential, type FitOptions, type History, type Model } from '../../src/models/index.js';
import { adam, sgd, warmup } from '../../src/optimizers/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { CLASSES, FEATURES, options, toyData, toyModel, using } from './problem.js';

withRuntime();

function bits(model: Model): Record<string, number[]> {
  return Object.fromEntries(Object.entries(model.getWeights()).map(([name, values]) => [name, bitPatterns(values)]));
}

/** All of a log but what the clock says. */
function untimed({ epochs, stopped }: History): unknown {
  return { epochs: epochs.map((log) => ({ ...log, seconds: 0, samplesPerSecond: 0 })), stopped };
}

describe('functions of your own', () => {
  const swish = (x: Tensor): Tensor => mul(x, sigmoid(x));

  /** A layer without kind and config, so nothing could make it anew elsewhere. */
  const scale: Layer = {
    outputShape: (shape) => shape,
    init: (shape) => ({ factor: { shape: [shape[0] ?? 0], initializer: 'ones' } }),
    apply: ({ factor }, x) => mul(x, factor!),
  };

  const build = (): Model =>
    sequential({ inputShape: [FEATURES], seed: 6 }, [
      dense({ units: 8, activation: swish, kernelRegularizer: (w) => mul(mean(square(w)), 0.01) }),
      dropout({ rate: 0.3 }),
      scale,
      dense({ units: CLASSES, kernelInitializer: (shape) => full(shape, 0.125) }),
    ]);

  const own = (): FitOptions => ({
    ...options,
    loss: (prediction, target: Tensor<DType>) =>
      mean(square(sub(sigmoid(prediction), oneHot(cast(target, 'i32'), CLASSES)))),
    optimizer: adam({ learningRate: warmup((step) => 0.1 / (1 + step), { steps: 4 }) }),
    metrics: ['accuracy', { name: 'largest', compute: (prediction) => max(prediction) }],
    validationSplit: 0.2,
  });

  it('train with the same bits in a worker: loss, layer, activation, regulariser, schedule and metric at once', async () => {
    const train = async (worker: boolean): Promise<[History, unknown]> =>
      using(build(), async (model) => [await model.fit(toyData(60), { ...own(), worker }), bits(model)]);
    const [here, weights] = await train(false);
    const [there, inWorker] = await train(true);
    expect(inWorker).toEqual(weights);
    expect(untimed(there)).toEqual(untimed(here));
    const [first, , last] = there.epochs;
    expect(last!.loss).toBeLessThan(first!.loss);
    expect(last!.learningRate).toBe(0.1 / 14); // step 17, of which four warm up
    expect(Object.keys(first!)).toEqual(expect.arrayContaining(['accuracy', 'largest', 'valLargest']));
  });

  it('end training with what a schedule throws, after the steps before it', async () => {
    const train = async (worker: boolean): Promise<unknown> =>
      using(toyModel(), async (model) => {
        const learningRate = (step: number): number => {
          if (step === 13) throw new RangeError('no rate');
          return 0.1;
        };
        const fit = model.fit(toyData(60), { ...options, worker, optimizer: sgd({ learningRate }) });
        await expect(fit).rejects.toThrow(new RangeError('no rate'));
        return bits(model);
      });
    expect(await train(true)).toEqual(await train(false));
  });
});
