// `init` and `update` of optimisers, for training loops of the user's.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { compile, grad, mean, square, sub, tensor, tidy, type Tensor } from '../../src/index.js';
import { dense } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential } from '../../src/models/index.js';
import * as optimizers from '../../src/optimizers/index.js';
import { memory } from '../../src/runtime/init.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const { adagrad, adam, adamw, cosineDecay, parameterGroups, rmsprop, sgd, stepDecay, warmup } = optimizers;
const decay = stepDecay({ initial: 0.1, factor: 0.5, every: 2 });
const groups = [{ weights: /kernel/, learningRate: cosineDecay({ initial: 0.1, steps: 9 }), weightDecay: 0.3 }];

const rules: readonly (readonly [string, optimizers.Optimizer])[] = [
  ['sgd', sgd()],
  ['sgd with all', sgd({ learningRate: decay, momentum: 0.9, nesterov: true, weightDecay: 0.1, clipNorm: 0.3 })],
  ['adagrad', adagrad({ learningRate: decay, initialAccumulator: 0.1, clipValue: 0.1 })],
  ['rmsprop', rmsprop({ learningRate: decay, momentum: 0.9, centered: true, weightDecay: 0.1, clipNorm: 0.3 })],
  ['adam', adam({ learningRate: 0.1 })],
  ['adam with all', adam({ learningRate: decay, amsgrad: true, weightDecay: 0.1, clipNorm: 0.3, clipValue: 0.2 })],
  ['adamw', adamw({ learningRate: warmup(cosineDecay({ initial: 0.1, steps: 9 }), { steps: 3 }), clipNorm: 0.3 })],
  ['adamw with groups', parameterGroups(adamw({ learningRate: decay }), groups)],
];

const STEPS = 40; // more than one flush

type Weights = Record<string, Tensor>;

/** Parameters after training with `fit`, and a model with the initial ones. */
async function reference(optimizer: optimizers.Optimizer) {
  const [x, y] = [numbers(12, 1), numbers(8, 2)];
  const make = () => sequential({ inputShape: [3], seed: 1 }, [dense({ units: 4, activation: 'tanh', name: 'a' }), dense({ units: 2, name: 'b' })]); // prettier-ignore
  using fitted = make();
  const data = tidy(() => dataset(tensor(x, [4, 3]), tensor(y, [4, 2])));
  await fitted.fit(data, { loss: meanSquaredError(), optimizer, epochs: STEPS, batchSize: 4, shuffle: false });
  const bits = fitted.weights.map(({ tensor: value }) => bitPatterns(Float32Array.from(value.data())));
  return { model: make(), x, y, bits };
}

describe.each(rules)('%s', (_, optimizer) => {
  it('has the bits of fit, plain and compiled, and frees what it took', async () => {
    const { model, x, y, bits } = await reference(optimizer);
    const before = memory().used;
    const gradient = grad((weights: Weights, xs: Tensor, ys: Tensor) =>
      meanSquaredError()(model.apply(weights, xs), ys),
    );
    const step = (weights: Weights, state: optimizers.TreeState, xs: Tensor, ys: Tensor) =>
      optimizer.update(weights, gradient(weights, xs, ys), state);
    using compiled = compile(step);
    for (const run of [step, compiled]) {
      tidy(() => {
        const [xs, ys] = [tensor(x, [4, 3]), tensor(y, [4, 2])];
        let weights: Weights = Object.fromEntries(model.weights.map(({ name, tensor: value }) => [name, value]));
        let state = optimizer.init(weights);
        for (let i = 0; i < STEPS; i++) [weights, state] = run(weights, state, xs, ys);
        expect(Object.values(weights).map((value) => bitPatterns(Float32Array.from(value.data())))).toEqual(bits);
        expect([...state.step.data()]).toEqual([STEPS]);
      });
    }
    compiled.dispose();
    expect(memory().used).toBe(before);
    model.dispose();
  });

  it('is pure, and several steps may be one program', () => {
    const f = (w: Tensor): Tensor => mean(square(sub(w, 0.25)));
    const twice = (tree: { kernel: Tensor }, state: optimizers.TreeState) => {
      const one = optimizer.update(tree, grad((t: { kernel: Tensor }) => f(t.kernel))(tree), state);
      return optimizer.update(one[0], grad((t: { kernel: Tensor }) => f(t.kernel))(one[0]), one[1]);
    };
    using compiled = compile(twice);
    tidy(() => {
      const start = { kernel: tensor([1, -2, 3]) };
      const state = optimizer.init(start);
      const copies = [...state.slots.flat(), state.cells].map((value) => [...value.data()]);
      let [eager, recorded] = [twice(start, state), compiled(start, state)];
      for (let i = 0; i < 3; i++) [eager, recorded] = [twice(...eager), compiled(...recorded)];
      expect(bitPatterns(Float32Array.from(recorded[0].kernel.data()))).toEqual(bitPatterns(Float32Array.from(eager[0].kernel.data()))); // prettier-ignore
      expect(recorded[1].step.toArray()).toEqual([8]);
      expect(start.kernel.toArray()).toEqual([1, -2, 3]);
      expect([...state.slots.flat(), state.cells].map((value) => [...value.data()])).toEqual(copies);
    });
  });
});

it('gradients are not changed by clipping, and trees nest and keep what is no tensor', () => {
  tidy(() => {
    const optimizer = parameterGroups(sgd({ learningRate: 1, clipValue: 0.5 }), [
      { weights: 'layers/1/w', learningRate: 0 },
    ]);
    const tree = {
      layers: [
        { w: tensor([1]), name: 'a' },
        { w: tensor([2]), name: 'b' },
      ],
    };
    const gradients = {
      layers: [
        { w: tensor([4]), name: 'a' },
        { w: tensor([4]), name: 'b' },
      ],
    };
    const [next] = optimizer.update(tree, gradients, optimizer.init(tree));
    expect(next.layers.map(({ w, name }) => [w.item(), name])).toEqual([[0.5, 'a'], [2, 'b']]); // prettier-ignore
    expect(gradients.layers[0]?.w.item()).toBe(4);
    const [alone] = sgd({ learningRate: 1 }).update(tensor([3]), tensor([1]), sgd().init(tensor([3])));
    expect(alone.toArray()).toEqual([2]);
  });
});

it('a schedule that gives no rate, and trees that do not fit', () => {
  tidy(() => {
    const tree = { w: tensor([1, 2]) };
    const optimizer = adam();
    const state = optimizer.init(tree);
    const refused = typed(TypeError, /^adam: expected a tree of tensors, got/);
    expect(() => optimizer.init({})).toThrow(refused);
    expect(() => optimizer.init(wrong(5))).toThrow(refused);
    expect(() => optimizer.init({ w: tensor([1], [1], 'i32') })).toThrow(
      typed(DTypeError, /^adam: expected parameters/),
    );
    expect(() => optimizer.update(tree, { w: tensor([1]) }, state)).toThrow(typed(ShapeError, /^adam: expected gradient 0 of shape \[2\]/)); // prettier-ignore
    expect(() => optimizer.update(tree, wrong({}), state)).toThrow(typed(ShapeError, /^adam: expected 1 gradients/));
    expect(() => optimizer.update(tree, wrong(undefined), state)).toThrow(
      typed(ShapeError, /^adam: expected 1 gradients/),
    );
    expect(() => optimizer.update(tree, tree, wrong(undefined))).toThrow(typed(ShapeError, /^adam: expected a state made by init, with tensors \[4\], \[2\], \[2\], got undefined/)); // prettier-ignore
    expect(() => optimizer.update(tree, tree, sgd().init(tree))).toThrow(typed(ShapeError, /^adam: expected a state made by init, with tensors/)); // prettier-ignore
    expect(() => optimizer.update({ w: tensor([1]) }, { w: tensor([1]) }, state)).toThrow(typed(ShapeError, /^adam: expected a state made by init, with tensors \[4\], \[1\], \[1\], got \[4\], \[2\], \[2\]/)); // prettier-ignore
    const bad = sgd({ learningRate: (step) => (step < 1 ? 1 : NaN) });
    const [next, after] = bad.update(tree, tree, bad.init(tree));
    expect(() => bad.update(next, next, after)).toThrow(typed(RangeError, /finite number >= 0 at step 1/));
  });
});

describe('keys in any order', () => {
  const start: Readonly<Record<string, number>> = { w: 3, v: -1, a: 2 };
  const slope: Readonly<Record<string, number>> = { w: 1, v: 0.1, a: -5 };
  const keys = ['w', 'v', 'a'];
  const orders = keys.flatMap((first) => {
    const rest = keys.filter((key) => key !== first);
    return [
      [first, ...rest],
      [first, ...rest.toReversed()],
    ];
  });
  const treeOf = (values: Readonly<Record<string, number>>, order: readonly string[]): Weights =>
    Object.fromEntries(order.map((key) => [key, tensor([values[key] ?? NaN])]));
  const values = (tree: Weights): number[] => keys.map((key) => tree[key]?.item() ?? NaN);
  type Update = (weights: Weights, gradients: Weights, state: optimizers.TreeState) => [Weights, optimizers.TreeState];

  it.each(rules)('%s: gradients and state belong to the weights of their names', (_, optimizer) => {
    const plain: Update = (weights, gradients, state) => optimizer.update(weights, gradients, state);
    const step = compile(plain);
    tidy(() => {
      const run = (update: Update, tree: readonly string[], gradients: readonly string[]): number[] => {
        const first = treeOf(start, keys);
        const [once, state] = update(first, treeOf(slope, gradients), optimizer.init(first));
        const again = Object.fromEntries(tree.map((key) => [key, once[key] ?? tensor([NaN])]));
        return values(update(again, treeOf(slope, gradients), state)[0]);
      };
      const expected = run(plain, keys, keys);
      for (const tree of orders)
        for (const gradients of orders)
          for (const update of [plain, step])
            run(update, tree, gradients).forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 5));
    });
    step.dispose();
  });

  it('refuses gradients of other names, also when their shapes fit', () => {
    tidy(() => {
      const optimizer = adam();
      const weights = treeOf(start, ['w', 'v']);
      expect(() => optimizer.update(weights, treeOf(slope, ['w', 'a']), optimizer.init(weights))).toThrow(
        new TypeError("adam: expected a gradient for 'v', got ['w', 'a']"),
      );
      const list: Weights = wrong([tensor([1]), tensor([1])]);
      expect(() => optimizer.update(weights, list, optimizer.init(weights))).toThrow(
        new TypeError("adam: expected a gradient for 'w', got ['0', '1']"),
      );
    });
  });
});
