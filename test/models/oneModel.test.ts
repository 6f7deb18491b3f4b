// A model during and after its training: one fit at a time, and disposed.
import { describe, expect, it } from 'vitest';
import { DisposedError, tensor } from '../../src/index.js';
import { earlyStopping, type Model } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

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
