import { describe, expect, it } from 'vitest';
import { DTypeError, mul, ShapeError, square, tanh, tensor, tidy, type Tensor } from '../../src/index.js';
import { activation, dense, type Activation, type ActivationName } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import { activations as table } from '../../src/ops/activations.js';
import { sgd } from '../../src/optimizers/index.js';
import { numbers } from '../models/reference.js';
import { withRuntime } from '../support/live.js';
import { activations64 } from '../support/samples/activation.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const each =
  (f: (z: number) => number) =>
  (row: number[]): number[] =>
    row.map(f);

const softmax = (row: number[]): number[] => {
  const e = row.map((z) => Math.exp(z - Math.max(...row)));
  return e.map((value) => value / e.reduce((a, b) => a + b));
};

/** The object form of an activation with a parameter. */
function withParameter(name: ActivationName, value: unknown): Activation {
  const entry = table[name];
  if (typeof entry === 'function') throw new Error(`${name} has no parameter`);
  return wrong<Activation>({ name, [entry.parameter]: value });
}

const hasReference = (name: string): name is keyof typeof activations64 => Object.hasOwn(activations64, name);

/** Every form an activation can be given in, with its meaning in float64 for a row. */
const activations: readonly (readonly [string, Activation, (row: number[]) => number[]])[] = [
  ...Object.keys(activations64)
    .filter(hasReference)
    .flatMap((name) => [
      [name, name, each(activations64[name].f)] as const,
      ...(activations64[name].variants ?? []).map(
        ({ parameter, f }) => [`${name} of ${parameter}`, withParameter(name, parameter), each(f)] as const,
      ),
    ]),
  ['softmax', 'softmax', softmax],
  ['leakyRelu object, default', { name: 'leakyRelu' }, each((z) => (z > 0 ? z : 0.2 * z))],
  ['elu object, undefined', { name: 'elu', alpha: undefined }, each((z) => (z > 0 ? z : Math.expm1(z)))],
  ['a function', (z: Tensor) => mul(tanh(z), square(z)), each((z) => Math.tanh(z) * z * z)],
];

const [ROWS, IN, OUT] = [5, 4, 3];
const kernel = Float32Array.from(numbers(IN * OUT, 4));
const bias = Float32Array.from(numbers(OUT, 5));

/** x W + b, then f, in float64. */
function reference(x: ArrayLike<number>, rows: number, f: (row: number[]) => number[], b: ArrayLike<number>): number[] {
  return Array.from({ length: rows }, (_, r) =>
    f(
      Array.from({ length: OUT }, (__, u) => {
        let z = b[u]!;
        for (let i = 0; i < IN; i++) z += x[r * IN + i]! * kernel[i * OUT + u]!;
        return z;
      }),
    ),
  ).flat();
}

function close(got: ArrayLike<number>, want: readonly number[], tolerance = 2e-6): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i]! - value), `element ${i}`).toBeLessThan(tolerance * Math.max(1, Math.abs(value)));
  });
}

describe.each(activations)('activation %s', (_, kind, f) => {
  const x = Float32Array.from(numbers(ROWS * IN, 6), (value) => 2 * value);

  it('in dense is f(x W + b), on rows and on the last axis of anything', () => {
    const model = sequential({ inputShape: [IN] }, [dense({ units: OUT, activation: kind })]);
    const deep = sequential({ inputShape: [ROWS, IN] }, [dense({ units: OUT, activation: kind })]);
    for (const each of [model, deep]) each.setWeights({ 'dense_1/kernel': kernel, 'dense_1/bias': bias });
    tidy(() => {
      close(model.predict(x).data(), reference(x, ROWS, f, bias));
      const [flat, steps] = [model.predict(x), deep.predict(x)];
      expect(steps.shape).toEqual([1, ROWS, OUT]); // [B, T, units], as Keras
      expect(steps.data()).toEqual(flat.data());
    });
    for (const each of [model, deep]) each.dispose();
  });

  it('as a layer of its own does the same', () => {
    const model = sequential({ inputShape: [IN] }, [dense({ units: OUT, useBias: false }), activation(kind)]);
    expect(model.weights.map(({ name }) => name)).toEqual(['dense_1/kernel']);
    model.setWeights({ 'dense_1/kernel': kernel });
    const y = model.predict(x);
    close(y.data(), reference(x, ROWS, f, [0, 0, 0]));
    y.dispose();
    model.dispose();
  });

  it('trains: a step is gradient descent by central differences', () => {
    const build = (): ReturnType<typeof sequential> =>
      sequential({ inputShape: [IN] }, [dense({ units: OUT, activation: kind })]);
    const model = build();
    model.setWeights({ 'dense_1/kernel': kernel, 'dense_1/bias': bias });
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 1 }), batchSize: ROWS });
    const y = Float32Array.from(numbers(ROWS * OUT, 7));
    const lossAt = (b: readonly number[]): number =>
      reference(x, ROWS, f, b).reduce((total, value, i) => total + (value - y[i]!) ** 2, 0) / (ROWS * OUT);
    expect(trainer.step(x, y)).toBeCloseTo(lossAt([...bias]), 5);
    const after = model.getWeights()['dense_1/bias']!;
    bias.forEach((value, u) => {
      const h = 1e-5;
      const moved = (by: number): number => lossAt([...bias].map((v, i) => (i === u ? v + by : v)));
      expect(after[u]).toBeCloseTo(value - (moved(h) - moved(-h)) / (2 * h), 4);
    });
    trainer.dispose();
    model.dispose();
  });
});

describe('dense', () => {
  it('takes names, initialisers and a kernel without bias', () => {
    const model = sequential({ inputShape: [2, 3], seed: 4 }, [
      dense({
        units: 3,
        name: 'first',
        kernelInitializer: 'identity',
        biasInitializer: { name: 'constant', value: 2 },
      }),
      dense({ units: 3, useBias: false, kernelInitializer: () => [[1, 0, 0], [0, 2, 0], [0, 0, 3]] }), // prettier-ignore
    ]);
    expect(model.weights.map(({ name, shape }) => [name, shape])).toEqual([
      ['first/kernel', [3, 3]],
      ['first/bias', [3]],
      ['dense_2/kernel', [3, 3]],
    ]);
    const y = model.predict([[[1, 2, 3], [4, 5, 6]]]); // prettier-ignore
    expect(y.toArray()).toEqual([[[3, 8, 15], [6, 14, 24]]]); // prettier-ignore
    y.dispose();
    model.dispose();
  });

  it('starts from glorotUniform and zeros', () => {
    const model = sequential({ inputShape: [30] }, [dense({ units: 20 })]);
    const limit = Math.sqrt(6 / 50);
    const values = model.getWeights();
    expect(Math.max(...values['dense_1/kernel']!.map(Math.abs))).toBeLessThanOrEqual(limit);
    expect(Math.max(...values['dense_1/kernel']!.map(Math.abs))).toBeGreaterThan(0.9 * limit);
    expect(values['dense_1/bias']).toEqual(new Float32Array(20));
    model.dispose();
  });

  it('says its shapes, kind, activation and options', () => {
    const options = { units: 7, activation: 'relu' } as const;
    const layer = dense(options);
    expect([layer.kind, layer.activation, layer.config]).toEqual(['dense', 'relu', options]);
    expect(layer.outputShape([3])).toEqual([7]);
    expect(layer.outputShape([2, 3])).toEqual([2, 7]);
    expect(layer.withoutActivation?.().activation).toBe('linear');
    expect(() => layer.outputShape([])).toThrow(new ShapeError('dense: expected input [batch, ..., features], got []'));
  });

  it('refuses bad options', () => {
    expect(() => dense(wrong(undefined))).toThrow(
      new TypeError('dense: expected options to be an object, got undefined'),
    );
    expect(() => dense({ units: 0 })).toThrow(new RangeError('dense: expected units to be a whole number >= 1, got 0'));
    expect(() => dense({ units: wrong('3') })).toThrow(
      new TypeError("dense: expected units to be a whole number >= 1, got '3'"),
    );
    expect(() => dense({ units: 3, useBias: wrong(1) })).toThrow(
      new TypeError('dense: expected useBias to be true or false, got 1'),
    );
    expect(() => dense({ units: 3, activation: wrong(3) })).toThrow(
      new TypeError('dense: expected activation to be a name, an object or a function, got 3'),
    );
    expect(() => dense({ units: 3, activation: wrong({ name: 'tanhh' }) })).toThrow(
      typed(RangeError, /^dense: expected activation\.name to be one of .*, got 'tanhh'$/),
    );
    expect(() => dense({ units: 3, activation: wrong({ name: 'elu', slope: 1 }) })).toThrow(
      typed(TypeError, /^dense: activation: expected options .*, got unknown option 'slope'$/),
    );
    expect(() => dense({ units: 3, activation: { name: 'elu', alpha: NaN } })).toThrow(
      new RangeError('dense: expected activation.alpha to be a finite number, got NaN'),
    );
    expect(() => dense({ units: 3, activation: { name: 'leakyRelu', slope: Infinity } })).toThrow(
      new RangeError('dense: expected activation.slope to be a finite number, got Infinity'),
    );
    expect(() => dense({ units: 3, activation: { name: 'gelu', approximate: wrong('erf') } })).toThrow(
      new RangeError("dense: expected activation.approximate to be one of 'tanh', got 'erf'"),
    );
    expect(() => dense({ units: 3, kernelRegularizer: wrong(0.1) })).toThrow(
      new TypeError('dense: expected kernelRegularizer to be l1(...), l2(...), l1l2(...) or a function, got 0.1'),
    );
    expect(() => dense({ units: 3, biasRegularizer: wrong({ l3: 1 }) })).toThrow(
      typed(TypeError, /^dense: biasRegularizer: expected options .*, got unknown option 'l3'$/),
    );
    expect(() => activation(wrong('step'))).toThrow(
      typed(RangeError, /^activation: expected activation to be one of .*, got 'step'$/),
    );
  });

  it('a function for an activation that gives no tensor, or another shape, is refused when the model runs', () => {
    const model = sequential({ inputShape: [2] }, [dense({ units: 2, activation: wrong(() => 3) })]);
    expect(() => model.predict([[1, 2]])).toThrow(
      new TypeError('predict: dense_1: expected apply to give a tensor, got undefined'),
    );
    model.dispose();
    const other = sequential({ inputShape: [2] }, [dense({ units: 2, activation: () => tensor([1]) })]);
    expect(() => other.predict([[1, 2]])).toThrow(
      new ShapeError('predict: dense_1: expected apply to give shape [1, 2], got [1]'),
    );
    other.dispose();
    const whole = sequential({ inputShape: [2] }, [dense({ units: 2, activation: () => wrong(tensor([[1, 2]], [1, 2], 'i32')) })]); // prettier-ignore
    expect(() => whole.predict([[1, 2]])).toThrow(
      new DTypeError('predict: dense_1: expected apply to give f32, got i32'),
    );
    whole.dispose();
  });
});
