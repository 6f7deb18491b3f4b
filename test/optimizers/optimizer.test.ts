import { describe, expect, it } from 'vitest';
import { DisposedError, DTypeError, ShapeError } from '../../src/core/errors.js';
import * as optimizers from '../../src/optimizers/index.js';
import { memory } from '../../src/runtime/init.js';
import { record } from '../../src/runtime/recorder.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import {
  expectTrajectory,
  gradientTensors,
  overwrite,
  parametersOf,
  referenceRun,
  STEPS,
  type Reference,
} from './support.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const { adagrad, adam, adamw, learningRateAt, piecewise, rmsprop, sgd } = optimizers;
const factories = { sgd, adagrad, rmsprop, adam, adamw };
const each = Object.entries(factories);

/** Every option set, so that every kernel path is taken. */
const full: [string, optimizers.Optimizer][] = [
  ['sgd', sgd({ momentum: 0.9, nesterov: true, weightDecay: 0.1, clipNorm: 3, clipValue: 1 })],
  ['adagrad', adagrad({ weightDecay: 0.1, initialAccumulator: 0.1, clipNorm: 3, clipValue: 1 })],
  ['rmsprop', rmsprop({ momentum: 0.9, centered: true, weightDecay: 0.1, clipNorm: 3, clipValue: 1 })],
  ['adam', adam({ amsgrad: true, weightDecay: 0.1, clipNorm: 3, clipValue: 1 })],
  ['adamw', adamw({ amsgrad: true, clipNorm: 3, clipValue: 1 })],
];

const free = (tensors: readonly Tensor[]): void => {
  for (const one of tensors) one.dispose();
};

describe('an optimizer', () => {
  it.each(each)('%s: its config makes it again', (name, factory) => {
    const optimizer = factory({ learningRate: 0.25, clipNorm: 2 });
    expect(optimizer.name).toBe(name);
    expect(optimizer.config).toMatchObject({ learningRate: 0.25, clipNorm: 2 });
    expect(optimizer.config).not.toHaveProperty('clipValue');
    expect(factory(optimizer.config).config).toEqual(optimizer.config);
    expect(JSON.parse(JSON.stringify(optimizer.config))).toEqual(optimizer.config);
  });

  it('leaves a schedule out of its config', () => {
    const learningRate = piecewise({ boundaries: [1], values: [1, 2] });
    const optimizer = sgd({ learningRate });
    expect(optimizer.config).not.toHaveProperty('learningRate');
    expect([0, 1].map((step) => learningRateAt(optimizer, step))).toEqual([1, 2]);
    expect(learningRateAt(sgd({ learningRate: 0.5 }), 9)).toBe(0.5);
  });

  it('has the default rates of PyTorch', () => {
    expect(each.map(([, factory]) => factory().learningRate)).toEqual([0.01, 0.01, 0.01, 0.001, 0.001]);
  });

  it('follows a schedule', () => {
    const rate = (step: number): number => 0.1 / (1 + step);
    const reference: Reference = (theta, gradient, _, step) => {
      for (let i = 0; i < theta.length; i++) theta[i] = theta[i]! - rate(step) * gradient[i]!;
    };
    expectTrajectory(sgd({ learningRate: rate }), referenceRun(reference, []));
  });
});

describe('its state', () => {
  it.each(full)('%s: a recorded step gives the bits of an eager one, and frees what it took', (_, optimizer) => {
    const before = memory().used;
    const [eager, recorded] = [parametersOf(), parametersOf()];
    const states = [optimizer.create(eager), optimizer.create(recorded)] as const;
    const inputs = gradientTensors(0);
    const { program } = record(() => states[1].update(inputs));
    for (let step = 0; step < 5; step++) {
      const [own, source] = [gradientTensors(step), gradientTensors(step)];
      states[0].prepare(step);
      states[0].update(own);
      inputs.forEach((input, i) => overwrite(input, source[i]!));
      states[1].prepare(step);
      expect(program.run()).toBe(0);
      free([...own, ...source]);
    }
    eager.forEach((theta, i) => expect(recorded[i]!.data()).toEqual(theta.data()));
    states
      .flatMap((state) => state.slots.flat())
      .forEach((slot) => expect(slot.data().some((value) => value !== 0)).toBe(true));
    states[0].dispose();
    states[1].dispose();
    states[1].dispose();
    program.dispose();
    free([...eager, ...recorded, ...inputs]);
    expect(memory().used).toBe(before);
  });

  it.each(full)('%s: steps take no memory', (_, optimizer) => {
    const theta = parametersOf();
    const state = optimizer.create(theta);
    const gradients = gradientTensors(1);
    const before = memory();
    for (let step = 0; step < STEPS; step++) {
      state.prepare(step);
      state.update(gradients);
    }
    expect(memory()).toEqual(before);
    state.dispose();
    free([...theta, ...gradients]);
  });

  it('outlives a tidy around it', () => {
    const theta = tensor([1]);
    const state = tidy(() => adam().create([theta]));
    expect([...state.slots[0]![0]!.data()]).toEqual([0]);
    state.dispose();
    theta.dispose();
  });

  it('has cells only where something evolves', () => {
    const theta = tensor([1]);
    const state = sgd({ momentum: 0.5 }).create([theta]);
    expect(state.cells()).toEqual(new Float64Array(0));
    state.restore(new Float64Array(0));
    state.dispose();
    theta.dispose();
  });
});

describe('options', () => {
  it.each(each)('%s: refuses what it does not know or cannot use', (name, factory) => {
    const make = (options: object) => () => factory(options);
    expect(make({ lr: 0.1 })).toThrow(
      typed(TypeError, new RegExp(`^${name}: expected options learningRate, .*, got unknown option 'lr'`)),
    );
    expect(make({ learningRate: -0.1 })).toThrow(
      new RangeError(`${name}: expected learningRate to be a finite number >= 0, got -0.1`),
    );
    expect(make({ learningRate: NaN })).toThrow(
      new RangeError(`${name}: expected learningRate to be a finite number >= 0, got NaN`),
    );
    expect(make({ learningRate: '0.1' })).toThrow(
      new TypeError(`${name}: expected learningRate to be a finite number >= 0, got '0.1'`),
    );
    expect(make({ weightDecay: -1 })).toThrow(
      new RangeError(`${name}: expected weightDecay to be a finite number >= 0, got -1`),
    );
    expect(make({ clipNorm: 0 })).toThrow(
      new RangeError(`${name}: expected clipNorm to be a finite number > 0, got 0`),
    );
    expect(make({ clipValue: Infinity })).toThrow(
      new RangeError(`${name}: expected clipValue to be a finite number > 0, got Infinity`),
    );
  });

  it.each<[string, () => unknown]>([
    ['sgd: expected momentum to be a finite number >= 0, got -0.1', () => sgd({ momentum: -0.1 })],
    ['sgd: expected momentum > 0 with nesterov, got 0', () => sgd({ nesterov: true })],
    [
      'adagrad: expected initialAccumulator to be a finite number >= 0, got -1',
      () => adagrad({ initialAccumulator: -1 }),
    ],
    ['adagrad: expected epsilon to be a finite number >= 0, got -1', () => adagrad({ epsilon: -1 })],
    ['rmsprop: expected decay to be a finite number >= 0 and < 1, got 1', () => rmsprop({ decay: 1 })],
    ['rmsprop: expected epsilon to be a finite number >= 0, got NaN', () => rmsprop({ epsilon: NaN })],
    ['rmsprop: expected momentum to be a finite number >= 0, got -1', () => rmsprop({ momentum: -1 })],
    ['adam: expected beta1 to be a finite number >= 0 and < 1, got 1', () => adam({ beta1: 1 })],
    ['adamw: expected beta2 to be a finite number >= 0 and < 1, got -0.1', () => adamw({ beta2: -0.1 })],
    ['adam: expected epsilon to be a finite number >= 0, got -1e-8', () => adam({ epsilon: -1e-8 })],
  ])('%s', (message, make) => {
    expect(make).toThrow(new RangeError(message));
  });

  it('refuses flags that are none', () => {
    expect(() => sgd({ momentum: 1, nesterov: 1 as never })).toThrow(
      new TypeError('sgd: expected nesterov to be true or false, got 1'),
    );
    expect(() => rmsprop({ centered: 'yes' as never })).toThrow(
      new TypeError("rmsprop: expected centered to be true or false, got 'yes'"),
    );
    expect(() => adam({ amsgrad: 0 as never })).toThrow(
      new TypeError('adam: expected amsgrad to be true or false, got 0'),
    );
  });
});

describe('misuse', () => {
  it('is a typed error before anything is changed', () => {
    const theta = [tensor([1, 2]), tensor([3])];
    const [good, long, whole, gone] = [tensor([1, 1]), tensor([1, 1, 1]), tensor([1], [1], 'i32'), tensor([1])];
    gone.dispose();
    const state = adam().create(theta);
    expect(() => state.update([good])).toThrow(
      new ShapeError('adam: expected 2 gradients, one for each parameter, got 1'),
    );
    expect(() => state.update([good, long])).toThrow('adam: expected gradient 1 of shape [1], got [3]');
    expect(() => state.update([good, wrong(whole)])).toThrow(
      new DTypeError('adam: expected gradients of dtype f32, got i32 at position 1'),
    );
    expect(() => state.update([good, gone])).toThrow(
      new DisposedError('adam: expected a live tensor, got one of shape [1] after dispose()'),
    );
    expect(() => adam().create([wrong(whole)])).toThrow(
      new DTypeError('adam: expected parameters of dtype f32, got i32 at position 0'),
    );
    expect(() => adam().create([gone])).toThrow(
      new DisposedError('adam: expected a live tensor, got one of shape [1] after dispose()'),
    );
    expect(() => state.restore(new Float64Array(1))).toThrow(new RangeError('adam: expected 2 cells, got 1'));
    expect(() => state.restore(new Float64Array([NaN, 1]))).toThrow(
      new RangeError('adam: expected cells to be a finite number, got NaN'),
    );
    expect(() => state.restore([1, 1] as never)).toThrow(
      new TypeError('adam: expected cells to be a Float64Array, got [1, 1]'),
    );
    expect(state.cells()).toEqual(new Float64Array([1, 1]));
    expect(theta.map((one) => [...one.data()])).toEqual([[1, 2], [3]]);
    state.dispose();
    expect(() => state.update([good, good])).toThrow(
      new DisposedError('adam: expected a live state, got one after dispose()'),
    );
    expect(() => state.cells()).toThrow(new DisposedError('adam: expected a live state, got one after dispose()'));
    free([...theta, good, long, wrong(whole)]);
  });

  it.each([NaN, -1, Infinity, undefined as never])('a schedule that gives %s', (bad) => {
    const theta = tensor([1]);
    const state = sgd({ learningRate: (step) => (step < 3 ? 0.1 : bad) }).create([theta]);
    state.prepare(2);
    expect(() => state.prepare(3)).toThrow(
      typed(RangeError, /^sgd: expected the learningRate schedule to give a finite number >= 0 at step 3, got .*$/),
    );
    expect(() => state.prepare(3)).toThrow(
      'sgd: expected the learningRate schedule to give a finite number >= 0 at step 3',
    );
    state.dispose();
    expect(() => state.prepare(0)).toThrow(new DisposedError('sgd: expected a live state, got one after dispose()'));
    expect(() => sgd({ learningRate: () => bad }).create([theta])).toThrow(
      typed(RangeError, /^sgd: expected the learningRate schedule to give a finite number >= 0 at step 0, got .*$/),
    );
    theta.dispose();
  });
});
