import { describe, expect, it } from 'vitest';
import { grad, memory, ShapeError, sum, tensor, tidy } from '../../src/index.js';
import { batchNorm, dense, dropout, flatten, gru, type Layer } from '../../src/layers/index.js';
import * as models from '../../src/models/index.js';
import { sequential, type InferenceModel } from '../../src/predict/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const layers = (): Layer[] => [
  flatten(),
  dense({ units: 7, activation: 'gelu', kernelInitializer: 'orthogonal' }),
  batchNorm(),
  dropout({ rate: 0.5 }),
  dense({ units: 3, activation: 'softmax' }),
];

/** Bits of a prediction. */
function bitsOf(model: InferenceModel, x: Float32Array, options = {}): number[] {
  return tidy(() => bitPatterns(model.predict(x, options).data()));
}

describe('sequential of wasmgrad/predict', () => {
  it('predicts what the trained model predicts, once it has its weights', () => {
    const trained = models.sequential({ inputShape: [4, 2], seed: 3 }, layers());
    const model = sequential({ inputShape: [4, 2], seed: 3 }, layers());
    const x = numbers(300 * 8, 1);
    const described = ({ weights }: InferenceModel): unknown => weights.map(({ name, shape }) => [name, shape]);
    expect(described(model)).toEqual(described(trained));
    expect(model.parameterCount).toBe(trained.parameterCount);
    model.setWeights(trained.getWeights());
    expect(bitsOf(model, x)).toEqual(bitsOf(trained, x));
    const [one, output] = [x.slice(0, 8), new Float32Array(3)];
    const predictor = model.predictor();
    predictor(one, output);
    expect(bitPatterns(output)).toEqual(bitsOf(trained, one));
    predictor.dispose();
    model.dispose();
    trained.dispose();
  });

  it('starts from zeros, whatever the initialisers', () => {
    const own = { units: 2, kernelInitializer: () => [1, 2, 3, 4], biasInitializer: 'ones' } as const;
    const model = sequential({ inputShape: [2] }, [dense(own)]);
    expect(model.getWeights()).toEqual({
      'dense_1/kernel': new Float32Array(4),
      'dense_1/bias': new Float32Array(2),
    });
    model.dispose();
  });

  it('carries states, takes lengths, and is differentiated as ever', () => {
    const make = (): Layer[] => [gru({ units: 4, returnSequences: true })];
    const trained = models.sequential({ inputShape: [5, 2], seed: 1 }, make());
    const model = sequential({ inputShape: [5, 2] }, make());
    model.setWeights(trained.getWeights());
    const x = numbers(3 * 10, 2);
    expect(bitsOf(model, x, { lengths: [1, 5, 3] })).toEqual(bitsOf(trained, x, { lengths: [1, 5, 3] }));
    tidy(() => {
      const [output, states] = model.predictState(tensor(x, [3, 5, 2]));
      expect(bitPatterns(output.data())).toEqual(bitsOf(trained, x));
      expect(states).toHaveLength(1);
      const gradient = grad((input: typeof output) => sum(model.predict(input)))(tensor(x, [3, 5, 2]));
      expect(gradient.shape).toEqual([3, 5, 2]);
    });
    model.dispose();
    trained.dispose();
  });

  it('does not train', () => {
    const model = sequential({ inputShape: [2] }, [dense({ units: 1 })]);
    for (const method of ['fit', 'trainer', 'evaluate']) expect(method in model).toBe(false);
    model.dispose();
  });

  it('refuses what the other refuses, and leaves nothing behind', () => {
    const before = memory();
    expect(() => sequential({ inputShape: [0] }, [])).toThrow(
      new ShapeError('sequential: expected inputShape of sizes >= 1, got [0]'),
    );
    expect(() => sequential({ inputShape: [2], seed: -1 }, [])).toThrow(
      new RangeError('sequential: expected seed to be a whole number >= 0, got -1'),
    );
    // @ts-expect-error the option is misspelt
    expect(() => sequential({ inputShape: [2], sead: 1 }, [])).toThrow(
      typed(TypeError, /^sequential: expected options .*, got unknown option 'sead'$/),
    );
    expect(() => sequential({ inputShape: [2] }, [dense({ units: 2 }), dense({ units: 2, name: 'dense_1' })])).toThrow(
      new RangeError("sequential: expected distinct layer names, got 'dense_1' twice"),
    );
    expect(memory()).toEqual(before);
  });
});
