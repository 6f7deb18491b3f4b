import { describe, expect, it } from 'vitest';
import { type Callback } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
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
