import { describe, expect, it, vi } from 'vitest';
import { DisposedError, NonFiniteError, mean, sum, tensor, type Tensor } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { dataset } from '../../src/data/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { earlyStopping, sequential, type Callback, type Model } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

describe('callbacks', () => {
  it('are called in order and waited for', async () => {
    const calls: string[] = [];
    const logger = (name: string): Callback => ({
      async onTrainBegin() {
        await later();
        calls.push(`${name} begin`);
      },
      async onBatchEnd({ epoch, batch }) {
        await later();
        calls.push(`${name} batch ${epoch}.${batch}`);
      },
      async onEpochEnd({ epoch }) {
        await later();
        calls.push(`${name} epoch ${epoch}`);
      },
      async onTrainEnd() {
        await later();
        calls.push(`${name} end`);
      },
    });
    await using(toyModel(), (model) =>
      model.fit(toyData(16), {
        ...options,
        epochs: 1,
        callbacks: [logger('a'), {}, logger('b')],
        onBatchEnd: async ({ batch }) => {
          await later();
          calls.push(`batch ${batch}`);
        },
        onEpochEnd: async () => {
          await later();
          calls.push('epoch');
        },
      }),
    );
    expect(calls).toEqual([
      ...['a begin', 'b begin'],
      ...['batch 1', 'a batch 1.1', 'b batch 1.1'],
      ...['batch 2', 'a batch 1.2', 'b batch 1.2'],
      ...['epoch', 'a epoch 1', 'b epoch 1'],
      ...['a end', 'b end'],
    ]);
  });

  it('may stop training after the epoch under way', async () => {
    await using(toyModel(), async (model) => {
      let batches = 0;
      const callback: Callback = {
        onBatchEnd({ epoch, batch }, { stop, model: given }) {
          expect(given).toBe(model);
          batches++;
          if (epoch === 2 && batch === 1) stop();
        },
      };
      const history = await model.fit(toyData(24), { ...options, epochs: 9, callbacks: [callback] });
      expect(history.stopped).toBe('earlyStopping');
      expect(history.epochs).toHaveLength(2);
      expect(batches).toBe(6);
    });
  });

  it('all get to clean up, whatever ends training and whatever the others do', async () => {
    const failures: (keyof Callback)[] = ['onTrainBegin', 'onBatchEnd', 'onEpochEnd', 'onTrainEnd'];
    for (const failing of failures) {
      await using(toyModel(), async (model) => {
        const ended: string[] = [];
        const fail = (): never => {
          throw new Error(`from ${failing}`);
        };
        const end = (name: string): Callback => ({ onTrainEnd: () => ended.push(name) });
        const callbacks = [end('first'), { [failing]: fail }, { onTrainEnd: fail }, end('last')];
        await expect(model.fit(toyData(8), { ...options, callbacks })).rejects.toThrow(`from ${failing}`);
        expect(ended).toEqual(['first', 'last']);
        expect((await model.fit(toyData(8), options)).stopped).toBe('completed');
      });
    }
  });

  it('may use the model: predict, evaluate, change weights', async () => {
    await using(toyModel(), async (model) => {
      const data = toyData(16);
      const zero = new Float32Array(3);
      await model.fit(data, {
        ...options,
        onBatchEnd: () => {
          model.predict(data.x).dispose();
          model.setWeights({ 'dense_2/bias': zero });
        },
        callbacks: [{ onEpochEnd: (log) => expect(model.evaluate(data, options2).loss).toBeLessThan(2 * log.loss) }],
      });
      expect(model.getWeights()['dense_2/bias']).toEqual(zero);
    });
  });
  const options2 = { loss: options.loss };
});

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

describe('one model', () => {
  it('is trained by one fit at a time', async () => {
    await using(toyModel(), async (model) => {
      const first = model.fit(toyData(40), { ...options, onBatchEnd: later });
      await expect(model.fit(toyData(40), options)).rejects.toThrow(
        new Error('fit: expected a model that is not being trained, got one with a fit under way'),
      );
      expect((await first).epochs).toHaveLength(3);
      await expect(model.fit(toyData(40), { ...options, loss: () => tensor([1, 2]) })).rejects.toThrow(
        'fit: expected the loss to be an f32 scalar, got f32 of shape [2]',
      );
      expect((await model.fit(toyData(40), options)).epochs).toHaveLength(3);
    });
  });

  it('two models may be trained at once, with the same results as one after the other', async () => {
    const train = (model: Model): Promise<unknown> => model.fit(toyData(40), { ...options, onBatchEnd: later });
    const alone = toyModel();
    await train(alone);
    const [a, b] = [toyModel(), toyModel()];
    await Promise.all([train(a), train(b)]);
    expect(a.getWeights()).toEqual(alone.getWeights());
    expect(b.getWeights()).toEqual(alone.getWeights());
    for (const model of [alone, a, b]) model.dispose();
  });

  it('disposed during training ends it with DisposedError', async () => {
    for (const callbacks of [[], [earlyStopping({ monitor: 'loss' })]]) {
      const model = toyModel();
      const ended: string[] = [];
      const run = model.fit(toyData(40), {
        ...options,
        callbacks: [...callbacks, { onTrainEnd: () => ended.push('end') }],
        onBatchEnd: ({ epoch, batch }) => {
          if (epoch === 2 && batch === 2) model.dispose();
        },
      });
      await expect(run).rejects.toThrow(new DisposedError('fit: expected a live model, got one after dispose()'));
      expect(ended).toEqual(['end']);
    }
    for (const validation of [undefined, toyData(8)]) {
      const model = toyModel();
      const last = model.fit(toyData(8), {
        ...options,
        epochs: 1,
        ...(validation && { validation }),
        onBatchEnd: () => {
          model.dispose();
        },
      });
      await expect(last).rejects.toThrow(new DisposedError('fit: expected a live model, got one after dispose()'));
    }
  });

  it('used after dispose says so', async () => {
    const model = toyModel();
    const trainer = model.trainer({ loss: options.loss, optimizer: options.optimizer, batchSize: 8 });
    const predictor = model.predictor();
    const { x, y } = toyData(8);
    trainer.step(x, y!);
    model.dispose();
    model.dispose();
    await expect(model.fit(toyData(8), options)).rejects.toThrow(
      new DisposedError('fit: expected a live model, got one after dispose()'),
    );
    expect(() => model.evaluate(toyData(8), { loss: options.loss })).toThrow(
      new DisposedError('evaluate: expected a live model, got one after dispose()'),
    );
    expect(() => trainer.step(x, y!)).toThrow(
      new DisposedError('step: expected a live model, got one after dispose()'),
    );
    expect(() => {
      predictor(new Float32Array(4), new Float32Array(3));
    }).toThrow(new DisposedError('predictor: expected a live model, got one after dispose()'));
    trainer.dispose();
    predictor.dispose();
  });
});
