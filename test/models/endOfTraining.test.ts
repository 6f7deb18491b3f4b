// What ends training before its last epoch: the signal, and a loss that is not finite.
import { describe, expect, it } from 'vitest';
import { NonFiniteError, sum, type Tensor } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { dataset } from '../../src/data/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

describe('the signal', () => {
  it('ends training within a batch; the weights are those of the steps done', async () => {
    await using(toyModel(), async (model) => {
      const aborter = new AbortController();
      let after: Record<string, Float32Array> | undefined;
      const history = await model.fit(toyData(40), {
        ...options,
        signal: aborter.signal,
        onBatchEnd: ({ epoch, batch }) => {
          if (epoch !== 2 || batch !== 2) return;
          after = model.getWeights();
          aborter.abort();
        },
      });
      expect(history.stopped).toBe('aborted');
      expect(history.epochs).toHaveLength(1);
      expect(model.getWeights()).toEqual(after);
    });
  });

  it('given before: nothing is done', async () => {
    await using(toyModel(), async (model) => {
      const before = model.getWeights();
      const history = await model.fit(toyData(40), { ...options, signal: AbortSignal.abort() });
      expect(history).toEqual({ epochs: [], stopped: 'aborted' });
      expect(model.getWeights()).toEqual(before);
    });
  });

  it.each([
    ['in the last batch', 0],
    ['during validation', 2],
  ])('given %s: that epoch does not count', async (_, recording) => {
    await using(toyModel(), async (model) => {
      const aborter = new AbortController();
      let recordings = 0; // the metric is called when the step is recorded, and again for validation
      const compute = (prediction: Tensor): Tensor => {
        if (++recordings === recording) aborter.abort();
        return sum(prediction);
      };
      const history = await model.fit(toyData(16), {
        ...options,
        epochs: 1,
        metrics: [{ name: 'watch', compute }],
        ...(recording ? { validation: toyData(1024) } : {}),
        signal: aborter.signal,
        onBatchEnd: ({ batch }) => {
          if (!recording && batch === 2) aborter.abort();
        },
      });
      expect(history).toEqual({ epochs: [], stopped: 'aborted' });
      expect(recordings).toBe(recording || 1);
    });
  });
});

describe('a loss that is not finite', () => {
  const explosive = (): Model =>
    sequential({ inputShape: [1] }, [
      dense({ units: 1, useBias: false, kernelInitializer: { name: 'constant', value: 1 } }),
    ]);

  it('ends training with epoch, batch and the last finite loss; the weights are as before that step', async () => {
    await using(explosive(), async (model) => {
      const losses: number[] = [];
      const weights: Record<string, Float32Array>[] = [model.getWeights()];
      const error: unknown = await model
        .fit(dataset([[1e3], [1e3], [1e3]], [[0], [0], [0]]), {
          loss: meanSquaredError(),
          optimizer: sgd({ learningRate: 1e3 }),
          batchSize: 1,
          epochs: 100,
          onBatchEnd: ({ loss }) => {
            losses.push(loss);
            weights.push(model.getWeights());
          },
        })
        .catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(NonFiniteError);
      if (!(error instanceof NonFiniteError)) return;
      expect(losses.length).toBeGreaterThanOrEqual(1);
      expect(error.lastLoss).toBe(losses.at(-1));
      expect(error.epoch).toBe(Math.floor(losses.length / 3) + 1);
      expect(error.batch).toBe((losses.length % 3) + 1);
      expect(error.message).toContain(`epoch ${error.epoch}, batch ${error.batch}`);
      expect(model.getWeights()).toEqual(weights.at(-1));
      expect([...model.getWeights()['dense_1/kernel']!].every(Number.isFinite)).toBe(true);
      model.setWeights({ 'dense_1/kernel': [[1]] });
      const { stopped } = await model.fit(dataset([[1]], [[0]]), {
        loss: meanSquaredError(),
        optimizer: sgd({ learningRate: 0.1 }),
      });
      expect(stopped).toBe('completed');
    });
  });

  it('takes back an update that overflows, and names its batch', async () => {
    await using(explosive(), async (model) => {
      const options = {
        loss: meanSquaredError(),
        optimizer: sgd({ learningRate: 3e38 }),
        batchSize: 1,
        shuffle: false,
      };
      const run = model.fit(dataset([[0], [1e3], [1]], [[0], [0], [0]]), options);
      await expect(run).rejects.toMatchObject({ epoch: 1, batch: 2, lastLoss: 0 });
      expect(model.getWeights()['dense_1/kernel']).toEqual(Float32Array.of(1));
    });
  });

  it('in the very first batch has no last loss', async () => {
    await using(explosive(), async (model) => {
      const run = model.fit(dataset([[3e38]], [[0]]), { loss: meanSquaredError(), optimizer: sgd() });
      await expect(run).rejects.toMatchObject({ epoch: 1, batch: 1, lastLoss: undefined });
      await expect(run).rejects.toThrow(
        typed(
          NonFiniteError,
          /^fit: expected a finite loss, gradient and update, got loss Infinity in epoch 1, batch 1 \(last finite loss none\)$/,
        ),
      );
      expect(model.getWeights()['dense_1/kernel']).toEqual(Float32Array.of(1));
    });
  });
});
