// `using`, and the order in which models and what is made from them are disposed of.
import { describe, expect, it } from 'vitest';
import { DisposedError, memory, tensor } from '../../src/index.js';
import { linearRegression } from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { options, toyModel, toyRows } from './problem.js';

withRuntime();

const { x, y } = toyRows(4);
const { loss, optimizer } = options;

/** What stays in use after `body`, which runs once before to warm up. */
function left(body: () => void): unknown {
  body();
  const { used, liveTensors } = memory();
  body();
  const after = memory();
  return { used: after.used - used, liveTensors: after.liveTensors - liveTensors };
}

const nothing = { used: 0, liveTensors: 0 };

describe('using frees', () => {
  it.each<[string, () => void]>([
    [
      'a trainer and its model',
      () => {
        using model = toyModel();
        using trainer = model.trainer({ loss, optimizer, batchSize: 4 });
        trainer.step(x, y);
      },
    ],
    [
      'a predictor',
      () => {
        using model = toyModel();
        using predictor = model.predictor({ batchSize: 4 });
        predictor(x, new Float32Array(12));
      },
    ],
    [
      "an optimiser's state",
      () => {
        using theta = tensor([1, 2]);
        using state = sgd({ momentum: 0.9 }).create([theta]);
        using gradient = tensor([1, 1]);
        state.update([gradient]);
      },
    ],
    [
      'a linear regression',
      () => {
        using fitted = linearRegression([[0], [1], [2]], [1, 3, 5]);
        fitted.predict([[1]]).dispose();
      },
    ],
  ])('%s', (_, body) => {
    expect(left(body)).toEqual(nothing);
  });
});

describe('a model disposed of first', () => {
  it('leaves a trainer that refuses to step and leaks nothing', () => {
    const body = (): void => {
      const model = toyModel();
      const trainer = model.trainer({ loss, optimizer, batchSize: 4 });
      trainer.step(x, y);
      trainer.step(x.subarray(0, 8), y.subarray(0, 2));
      model.dispose();
      expect(() => trainer.step(x, y)).toThrow(
        new DisposedError('step: expected a live model, got one after dispose()'),
      );
      trainer.dispose();
    };
    expect(left(body)).toEqual(nothing);
  });

  it('leaves a predictor that refuses to predict and leaks nothing', () => {
    const body = (): void => {
      const model = toyModel();
      const predictor = model.predictor({ batchSize: 4 });
      predictor(x, new Float32Array(12));
      model.dispose();
      expect(() => {
        predictor(x, new Float32Array(12));
      }).toThrow(new DisposedError('predictor: expected a live model, got one after dispose()'));
      predictor.dispose();
    };
    expect(left(body)).toEqual(nothing);
  });
});
