import { describe, expect, it } from 'vitest';
import { binaryCrossEntropy } from '../../src/losses/index.js';
import { earlyStopping, type Model } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { crossValidate, kFold, type BuildContext } from '../../src/selection/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { plane, smallNetwork } from './support.js';

withRuntime();

const data = plane(60);
const fit = { loss: binaryCrossEntropy(), optimizer: adam({ learningRate: 0.05 }), epochs: 4, batchSize: 8 };
const build = (context: BuildContext): Model => smallNetwork(4, context);

describe('crossValidate', () => {
  it('scores each fold as training and evaluating by hand do', async () => {
    const result = await crossValidate(build, data, { k: 3, seed: 5, metrics: ['accuracy'], ...fit });
    const losses: number[] = [];
    const accuracies: number[] = [];
    for (const [fold, { train, test }] of kFold(data, { k: 3, seed: 5 }).entries()) {
      const model = smallNetwork(4, { seed: 5 + fold });
      await model.fit(train, { ...fit, seed: 5 + fold });
      const { loss, accuracy } = model.evaluate(test, { loss: fit.loss, metrics: ['accuracy'] });
      losses.push(loss);
      accuracies.push(accuracy);
      model.dispose();
    }
    expect(result.folds.map(({ loss }) => loss)).toEqual(losses);
    expect(result.folds.map(({ accuracy }) => accuracy)).toEqual(accuracies);
    const mean = (losses[0]! + losses[1]! + losses[2]!) / 3;
    expect(result.mean.loss).toBeCloseTo(mean, 12);
    const variance = losses.reduce((total, loss) => total + (loss - mean) ** 2, 0) / 3;
    expect(result.std.loss).toBeCloseTo(Math.sqrt(variance), 12);
    expect(result.histories.map(({ epochs }) => epochs.length)).toEqual([4, 4, 4]);
  });

  it('takes callbacks, whose state starts anew with every fold', async () => {
    const callbacks = [earlyStopping({ monitor: 'valLoss', patience: 1, minDelta: 10 })];
    const { histories } = await crossValidate(build, data, { k: 3, ...fit, validationSplit: 0.2, callbacks });
    expect(histories.map(({ epochs, stopped }) => [epochs.length, stopped])).toEqual(
      Array.from({ length: 3 }, () => [2, 'earlyStopping']),
    );
  });

  it('refuses bad input at once, and frees the model when training does', async () => {
    await expect(crossValidate(build, data, { k: 61, ...fit })).rejects.toThrow(
      new RangeError('crossValidate: expected k to be a whole number >= 2 and <= 60, got 61'),
    );
    await expect(crossValidate(wrong('model'), data, { k: 3, ...fit })).rejects.toThrow(
      new TypeError("crossValidate: expected build to be a function, got 'model'"),
    );
    await expect(
      crossValidate(
        wrong(() => 7),
        data,
        { k: 3, ...fit },
      ),
    ).rejects.toThrow(new TypeError('crossValidate: expected build to return a model, got 7'));
    await expect(crossValidate(build, data, wrong({ k: 3, ...fit, epoch: 4 }))).rejects.toThrow(
      typed(TypeError, /^crossValidate: expected options .*, got unknown option 'epoch'$/),
    );
    const monitored = { k: 3, ...fit, callbacks: [earlyStopping({ monitor: 'valLos' })] };
    await expect(crossValidate(build, data, monitored)).rejects.toThrow(
      new RangeError("crossValidate: fit: expected monitor to be one of loss, got 'valLos'"),
    );
  });

  it('refuses options of fit in its own name, before a model is built', async () => {
    let built = 0;
    const counting = (context: BuildContext): Model => {
      built++;
      return build(context);
    };
    const bad: readonly object[] = [
      { epoch: 4 },
      { epochs: 0 },
      { batchSize: 1.5 },
      { shuffle: 1 },
      { worker: 'yes' },
      { signal: {} },
      { optimizer: undefined },
      { optimizer: { ...fit.optimizer, create: undefined } },
      { optimizer: { ...fit.optimizer, slots: 7 } },
    ];
    for (const options of bad)
      await expect(crossValidate(counting, data, wrong({ k: 3, ...fit, ...options }))).rejects.toThrow(
        /^crossValidate: expected .*, got /,
      );
    expect(built).toBe(0);
    const optimizer = { ...fit.optimizer, create: () => undefined };
    await expect(crossValidate(counting, data, wrong({ k: 3, ...fit, optimizer }))).rejects.toThrow(
      'crossValidate: fit: expected the state of optimizer to be made by sgd(...), adam(...) or the like, got undefined',
    );
  });

  it('ends when the signal is given', async () => {
    const controller = new AbortController();
    const onEpochEnd = (): void => controller.abort(new Error('enough'));
    await expect(crossValidate(build, data, { k: 3, ...fit, signal: controller.signal, onEpochEnd })).rejects.toThrow(
      'enough',
    );
  });
});
