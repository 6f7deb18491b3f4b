import { describe, expect, it, vi } from 'vitest';
import { mean, sum, tensor, type Tensor } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { dataset } from '../../src/data/index.js';
import { earlyStopping, sequential } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

/** Training whose validation losses, or any other entry, are what is given, epoch by epoch. */
async function scripted(
  values: readonly number[],
  stopping: Parameters<typeof earlyStopping>[0],
  name = 'valLoss',
): Promise<{ epochs: number; stopped: string; weight: number }> {
  let step = 0;
  // The gradient is 1, so the weight is minus the number of epochs.
  const model = sequential({ inputShape: [1] }, [
    dense({ units: 1, useBias: false, kernelInitializer: 'zeros', name: 'w' }),
  ]);
  return using(model, async () => {
    const history = await model.fit(dataset([[1]], [[1]]), {
      loss: (p) => sum(p),
      optimizer: sgd({ learningRate: 1 }),
      batchSize: 1,
      epochs: values.length,
      validation: dataset([[1]], [[1]]),
      metrics: name === 'valLoss' || name === 'loss' ? [] : [{ name: 'score', compute: () => tensor([0]) }],
      callbacks: [
        {
          onEpochEnd(log) {
            Object.assign(log, { [name]: values[step++] });
          },
        },
        earlyStopping({ monitor: name, ...stopping }),
      ],
    });
    return { epochs: history.epochs.length, stopped: history.stopped, weight: -model.getWeights()['w/kernel']![0]! };
  });
}

describe('earlyStopping', () => {
  it.each([
    ['patience 0 ends at the first epoch without improvement', [5, 4, 4, 3], {}, 3, 2],
    ['patience 1 is the same', [5, 4, 4, 3], { patience: 1 }, 3, 2],
    ['patience 2 waits for two in a row', [5, 4, 6, 3, 4, 4, 1], { patience: 2 }, 6, 4],
    ['minDelta: smaller improvements do not count', [5, 4.6, 4.1, 3.4], { patience: 2, minDelta: 0.5 }, 4, 4],
    ['minDelta: and end it', [5, 4.6, 4.6, 3.4], { patience: 2, minDelta: 0.5 }, 3, 1],
    ['mode max', [1, 2, 1.5, 3], { mode: 'max' as const }, 3, 2],
    ['without restoreBest', [5, 4, 4, 3], { restoreBest: false }, 3, 3],
    ['NaN is no improvement', [5, NaN, NaN, 1], { patience: 2 }, 3, 1],
    ['training that completes restores the best too', [5, 3, 4], { patience: 7 }, 3, 2],
  ])('%s', async (_, values, stopping, epochs, weight) => {
    const result = await scripted(values, stopping);
    expect(result.epochs).toBe(epochs);
    expect(result.weight).toBe(weight);
    expect(result.stopped).toBe(epochs < values.length ? 'earlyStopping' : 'completed');
  });

  it('looks for the largest of what is called accuracy, the smallest of the rest', async () => {
    expect((await scripted([1, 2, 1], { patience: 5 }, 'loss')).weight).toBe(1);
    const model = toyModel();
    await using(model, async () => {
      let epoch = 0;
      await model.fit(toyData(16), {
        ...options,
        epochs: 4,
        metrics: ['accuracy'],
        callbacks: [
          { onEpochEnd: (log) => Object.assign(log, { accuracy: [0.1, 0.5, 0.4, 0.3][epoch++] }) },
          earlyStopping({ monitor: 'accuracy', patience: 2 }),
        ],
      });
      expect(epoch).toBe(4);
    });
  });

  it('restores the best weights when an error or the signal ends training', async () => {
    for (const ending of ['error', 'signal']) {
      await using(toyModel(), async (model) => {
        const aborter = new AbortController();
        let best: Record<string, Float32Array> | undefined;
        const run = model.fit(toyData(16), {
          ...options,
          epochs: 9,
          signal: aborter.signal,
          callbacks: [
            { onEpochEnd: (log) => Object.assign(log, { loss: [3, 1, 2, 2][log.epoch - 1] }) },
            earlyStopping({ monitor: 'loss', patience: 5 }),
          ],
          onEpochEnd: ({ epoch }) => {
            if (epoch === 2) best = model.getWeights();
            if (epoch < 4) return;
            if (ending === 'signal') aborter.abort();
            else throw new Error('out of coffee');
          },
        });
        if (ending === 'signal') expect((await run).stopped).toBe('aborted');
        else await expect(run).rejects.toThrow('out of coffee');
        expect(model.getWeights()).toEqual(best);
      });
    }
  });

  it('may be used again, starting afresh', async () => {
    const stopping = earlyStopping({ monitor: 'loss', patience: 2 });
    await using(toyModel(), async (model) => {
      for (let i = 0; i < 2; i++) {
        const { epochs } = await model.fit(toyData(16), { ...options, epochs: 5, callbacks: [stopping] });
        expect(epochs).toHaveLength(5);
      }
    });
  });

  it('refuses bad options, and monitors the log will not have', async () => {
    // @ts-expect-error misspelt option
    expect(() => earlyStopping({ patiense: 3 })).toThrow(
      typed(TypeError, /^earlyStopping: expected options .*, got unknown option 'patiense'$/),
    );
    expect(() => earlyStopping({ patience: -1 })).toThrow(
      new RangeError('earlyStopping: expected patience to be a whole number >= 0, got -1'),
    );
    expect(() => earlyStopping({ minDelta: NaN })).toThrow(
      new RangeError('earlyStopping: expected minDelta to be a finite number >= 0, got NaN'),
    );
    // @ts-expect-error not a mode there is
    expect(() => earlyStopping({ mode: 'least' })).toThrow(
      new RangeError("earlyStopping: expected mode to be one of 'min', 'max', got 'least'"),
    );
    // @ts-expect-error not a name at all
    expect(() => earlyStopping({ monitor: 3 })).toThrow(
      new TypeError('earlyStopping: expected monitor to be a string, got 3'),
    );
    await using(toyModel(), async (model) => {
      const run = (monitor: string, more: object = {}): Promise<unknown> =>
        model.fit(toyData(8), { ...options, ...more, callbacks: [earlyStopping({ monitor })] });
      await expect(run('valLoss')).rejects.toThrow(
        new RangeError("fit: expected monitor to be one of loss, got 'valLoss'"),
      );
      await expect(run('accuracy')).rejects.toThrow(
        new RangeError("fit: expected monitor to be one of loss, got 'accuracy'"),
      );
      await expect(run('valaccuracy', { metrics: ['accuracy'], validation: toyData(8) })).rejects.toThrow(
        new RangeError("fit: expected monitor to be one of loss, accuracy, valLoss, valAccuracy, got 'valaccuracy'"),
      );
    });
  });
});

describe('the direction of a monitored metric', () => {
  const own = (name: string) => ({ name, compute: (p: Tensor) => mean(p) });

  it.each(['r2', 'accuracy', 'myAccuracy', 'valR2'])(
    '%s, which is not of the library, needs a mode',
    async (monitor) => {
      await using(toyModel(), async (model) => {
        const metrics = [own(monitor === 'valR2' ? 'r2' : monitor)];
        const validation = toyData(8);
        const onBatchEnd = vi.fn();
        const before = model.getWeights();
        const run = (mode?: 'min' | 'max') =>
          model.fit(toyData(8), {
            ...options,
            metrics,
            validation,
            onBatchEnd,
            callbacks: [earlyStopping({ monitor, mode })],
          });
        await expect(run()).rejects.toThrow(
          new TypeError(
            `fit: expected mode 'min' or 'max' to monitor ${monitor}, which is not the library's, got none`,
          ),
        );
        expect(onBatchEnd).not.toHaveBeenCalled();
        expect(model.getWeights()).toEqual(before);
        expect((await run('max')).epochs.length).toBeGreaterThan(0);
      });
    },
  );

  it.each(['loss', 'valLoss', 'accuracy', 'valAccuracy'])('%s needs none', async (monitor) => {
    await using(toyModel(), async (model) => {
      const metrics = ['accuracy'] as const;
      const callbacks = [earlyStopping({ monitor })];
      const history = await model.fit(toyData(8), { ...options, metrics, validation: toyData(8), callbacks });
      expect(history.epochs.length).toBeGreaterThan(0);
    });
  });
});
