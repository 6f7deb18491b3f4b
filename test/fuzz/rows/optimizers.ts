import * as optimizers from '../../../src/optimizers/index.js';
import { tidy, zeros, type Tensor } from '../../../src/index.js';
import { type Callable, type Row, type Rows } from '../row.js';
import type { World } from '../world.js';

const COMMON = { learningRate: 0.1, weightDecay: 0.01, clipNorm: 1, clipValue: 0.5 };

/** Optimisers with their state, and schedules. */
export function optimizerRows(w: () => World): Rows {
  const row = (call: Callable, args: Row['args'], ...names: readonly string[]): Row => ({
    room: 'optimizers',
    call,
    args,
    ...(names.length > 0 && { names }),
  });
  const { adagrad, adam, adamw, rmsprop, sgd } = optimizers;
  const schedule = (name: string, f: (step: number) => number): Row => row(f, () => [[3]], name);
  const withState = (use: (state: optimizers.OptimizerState, ...args: never[]) => unknown): Callable => {
    return (...args: never[]) => {
      const parameter = zeros([3]);
      let state: optimizers.OptimizerState | undefined;
      try {
        state = adam().create([parameter]);
        return use(state, ...args);
      } finally {
        state?.dispose();
        parameter.dispose();
      }
    };
  };
  const decay = optimizers.stepDecay({ initial: 0.1, factor: 0.5, every: 2 });
  return {
    'optimizers/adagrad': row(adagrad, () => [[{ ...COMMON, initialAccumulator: 0.1, epsilon: 1e-7 }], []]),
    'optimizers/adam': row(adam, () => [[{ ...COMMON, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, amsgrad: true }]]),
    'optimizers/adamw': row(adamw, () => [[{ ...COMMON, beta1: 0.9, beta2: 0.99, epsilon: 1e-7, amsgrad: true }]]),
    'optimizers/parameterGroups': row(optimizers.parameterGroups, () => [
      [adam(), [{ weights: 'a', learningRate: 0.1, weightDecay: 0.01 }, { weights: [/b/] }]],
    ]),
    'optimizers/rmsprop': row(rmsprop, () => [
      [{ ...COMMON, decay: 0.9, epsilon: 1e-7, momentum: 0.9, centered: true }],
    ]),
    'optimizers/sgd': row(sgd, () => [[{ ...COMMON, momentum: 0.9, nesterov: true }]]),
    'optimizers/learningRateAt': row(optimizers.learningRateAt, () => [[{ learningRate: 0.1 }, 3], [sgd(), 3]]), // prettier-ignore
    'optimizers/cosineDecay': row(optimizers.cosineDecay, () => [[{ initial: 0.1, steps: 5, final: 0.1 }]]),
    'optimizers/exponentialDecay': row(optimizers.exponentialDecay, () => [[{ initial: 0.1, rate: 0.5, steps: 5 }]]),
    'optimizers/piecewise': row(optimizers.piecewise, () => [[{ boundaries: [2, 4], values: [0.1, 0.2, 0.3] }]]),
    'optimizers/stepDecay': row(optimizers.stepDecay, () => [[{ initial: 0.1, factor: 0.5, every: 2 }]]),
    'optimizers/warmup': row(optimizers.warmup, () => [
      [decay, { steps: 5 }],
      [0.1, { steps: 5 }],
    ]),
    'returned by stepDecay': schedule('stepDecay', decay),
    'Optimizer.create': row(
      (parameters: readonly Tensor[]) => adam().create(parameters),
      () => [[[w().x, w().y]]],
      'adam',
    ),
    'Optimizer.init': row(
      (tree: unknown) => adam().init(tree),
      () => [[{ w: w().vector }], [[w().x, w().y]]],
      'adam',
    ),
    'Optimizer.update': row(
      (tree: Tensor, gradients: Tensor) => {
        const optimizer = adam({ clipNorm: 1 });
        return tidy(() => optimizer.update(tree, gradients, optimizer.init(tree))[0]); // the judge frees flat results
      },
      () => [[w().vector, w().vector]],
      'adam',
    ),
    'OptimizerState.update': row(
      withState((state, gradients: readonly Tensor[]) => {
        state.update(gradients);
      }),
      () => [[[w().vector]]],
      'adam',
    ),
    'OptimizerState.prepare': row(
      withState((state, step: number) => {
        state.prepare(step);
      }),
      () => [[3]],
      'adam',
    ),
    'OptimizerState.cells': row(
      withState((state) => state.cells()),
      () => [[]],
    ),
    'OptimizerState.restore': row(
      withState((state, cells: Float64Array) => {
        state.restore(cells);
      }),
      () => [[Float64Array.of(0.9, 0.99)]],
      'adam',
    ),
    'OptimizerState.dispose': row(
      withState((state) => {
        state.dispose();
      }),
      () => [[]],
    ),
  };
}
