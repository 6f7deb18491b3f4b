// What ends training in a worker, and what is left then: the same as here.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { DisposedError, memory, NonFiniteError } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { dense } from '../../src/layers/index.js';
import { meanAbsoluteError, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type BatchLog, type EpochLog, type History, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { FEATURES, noisyModel, options, toyData, toyModel, toyRows, using } from './problem.js';
import { numbers } from './reference.js';

withRuntime();

afterEach(() => {
  vi.unstubAllGlobals();
});

function bits(model: Model): Record<string, number[]> {
  return Object.fromEntries(Object.entries(model.getWeights()).map(([name, values]) => [name, bitPatterns(values)]));
}

/** All of a log but what the clock says. */
function untimed({ epochs, stopped }: History): unknown {
  return { epochs: epochs.map((log) => ({ ...log, seconds: 0, samplesPerSecond: 0 })), stopped };
}

describe('fit with worker: true ends', () => {
  it('after the batch in which the signal was given', async () => {
    const train = async (worker: boolean): Promise<unknown> =>
      using(noisyModel(), async (model) => {
        const controller = new AbortController();
        const onBatchEnd = ({ epoch, batch }: BatchLog): void => {
          if (epoch === 2 && batch === 3) controller.abort();
        };
        const history = await model.fit(toyData(45), { ...options, worker, onBatchEnd, signal: controller.signal });
        return [untimed(history), bits(model)];
      });
    const there = await train(true);
    expect(there).toEqual(await train(false));
    expect(there).toMatchObject([{ stopped: 'aborted', epochs: [{ epoch: 1 }] }, {}]);
  });

  // The page has handed out batches ahead of the worker by then. None that it hands out from the signal on is run.
  it.each([
    ['by a cell of shared memory', true],
    ['by a message', false],
  ])('before the batches that were on their way: %s', async (_, isolated) => {
    if (!isolated) vi.stubGlobal('crossOriginIsolated', false);
    const controller = new AbortController();
    let handedOut = 0;
    const learningRate = (step: number): number => {
      handedOut = Math.max(handedOut, step + 1);
      if (step === 20) controller.abort();
      return 1;
    };
    const model = sequential({ inputShape: [1] }, [dense({ units: 1, kernelInitializer: 'zeros' })]);
    await using(model, async () => {
      const column = (value: number): number[][] => Array.from({ length: 64 }, () => [value]);
      const far = dataset(column(0), column(1000));
      const history = await model.fit(far, {
        ...{ loss: meanAbsoluteError(), optimizer: sgd({ learningRate }), batchSize: 1 },
        ...{ worker: true, signal: controller.signal },
      });
      expect(history.stopped).toBe('aborted');
      const [steps] = model.getWeights()['dense_1/bias']!; // each adds the rate times the sign of the error
      expect(handedOut).toBeGreaterThan(20);
      expect(steps).toBeLessThanOrEqual(20);
    });
  });

  it('soon when the signal comes out of the blue, and at once when it was there before', async () => {
    await using(toyModel(), async (model) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      const history = await model.fit(toyData(500), {
        ...options,
        ...{ worker: true, epochs: 1_000_000, signal: controller.signal },
      });
      expect(history.stopped).toBe('aborted');
      const before = bits(model);
      const again = await model.fit(toyData(50), { ...options, worker: true, signal: controller.signal });
      expect(again).toEqual({ epochs: [], stopped: 'aborted' });
      expect(bits(model)).toEqual(before);
    });
  });

  it('when the signal is given while the rows are on their way', async () => {
    await using(toyModel(), async (model) => {
      const controller = new AbortController();
      const rows = dataset(new Float32Array(FEATURES * 2_000_000), new Int32Array(2_000_000));
      const fit = model.fit(rows, { ...options, worker: true, signal: controller.signal });
      setTimeout(() => controller.abort(), 0);
      expect(await fit).toEqual({ epochs: [], stopped: 'aborted' });
    });
  });

  it('on pages that may share no memory: by messages', async () => {
    vi.stubGlobal('crossOriginIsolated', false);
    await using(toyModel(), async (model) => {
      const controller = new AbortController();
      const onEpochEnd = ({ epoch }: EpochLog): void => {
        if (epoch === 2) setTimeout(() => controller.abort(), 0);
      };
      const history = await model.fit(toyData(500), {
        ...options,
        ...{ worker: true, epochs: 1_000_000, signal: controller.signal, onEpochEnd },
      });
      expect(history.stopped).toBe('aborted');
      expect(history.epochs.length).toBeGreaterThan(1);
    });
  });

  it('with the NonFiniteError and the weights of training here', async () => {
    const train = async (worker: boolean): Promise<unknown> =>
      using(
        sequential({ inputShape: [FEATURES], seed: 1 }, [dense({ units: 3, activation: 'relu' }), dense({ units: 1 })]),
        async (model) => {
          const rows = numbers(40, 2);
          const y = Float32Array.from({ length: 40 }, (_, i) => (i === 33 ? 3e38 : rows[i]!));
          const failure: unknown = await model
            .fit(dataset(toyRows(40).x, y), { ...options, worker, loss: meanSquaredError(), batchSize: 4 })
            .catch((error: unknown) => error);
          expect(failure).toBeInstanceOf(NonFiniteError);
          const { message, epoch, batch, lastLoss } = failure as NonFiniteError;
          expect(lastLoss).toBeTypeOf('number');
          return [message, epoch, batch, lastLoss, bits(model)];
        },
      );
    expect(await train(true)).toEqual(await train(false));
  });

  it('with what a callback throws', async () => {
    await using(toyModel(), async (model) => {
      const onBatchEnd = ({ batch }: BatchLog): void => {
        if (batch === 2) throw new RangeError('enough');
      };
      await expect(model.fit(toyData(40), { ...options, worker: true, onBatchEnd })).rejects.toThrow(
        new RangeError('enough'),
      );
      expect((await model.fit(toyData(10), { ...options, worker: true })).stopped).toBe('completed');
    });
  });

  it('with a DisposedError when the model is disposed meanwhile', async () => {
    for (const delay of [0, 150]) {
      const model = toyModel();
      setTimeout(() => model.dispose(), delay);
      await expect(model.fit(toyData(500), { ...options, worker: true, epochs: 1_000_000 })).rejects.toThrow(
        new DisposedError('fit: expected a live model, got one after dispose()'),
      );
    }
  });

  it('with nothing left behind', async () => {
    await using(noisyModel(), async (model) => {
      const fit = (): Promise<History> =>
        model.fit(toyData(45), { ...options, worker: true, validation: toyData(20), metrics: ['accuracy'] });
      await fit();
      const before = memory();
      for (let i = 0; i < 3; i++) await fit();
      expect(memory()).toEqual(before);
    });
  });
});
