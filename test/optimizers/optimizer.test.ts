import { describe, expect, it } from 'vitest';
import { DisposedError, DTypeError, ShapeError } from '../../src/core/errors.js';
import * as optimizers from '../../src/optimizers/index.js';
import { memory } from '../../src/runtime/init.js';
import { record } from '../../src/runtime/recorder.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
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
    expect(make({ lr: 0.1 })).toThrow(TypeError);
    expect(make({ lr: 0.1 })).toThrow(
      new RegExp(`^${name}: expected options learningRate, .*, got unknown option 'lr'`),
    );
    expect(make({ learningRate: -0.1 })).toThrow(RangeError);
    expect(make({ learningRate: -0.1 })).toThrow(`${name}: expected learningRate to be a finite number >= 0, got -0.1`);
    expect(make({ learningRate: NaN })).toThrow(RangeError);
    expect(make({ learningRate: '0.1' })).toThrow(TypeError);
    expect(make({ weightDecay: -1 })).toThrow(RangeError);
    expect(make({ clipNorm: 0 })).toThrow(RangeError);
    expect(make({ clipValue: Infinity })).toThrow(RangeError);
  });

  it.each<[string, () => unknown]>([
    ['momentum', () => sgd({ momentum: -0.1 })],
    ['nesterov', () => sgd({ nesterov: true })],
    ['initialAccumulator', () => adagrad({ initialAccumulator: -1 })],
    ['epsilon', () => adagrad({ epsilon: -1 })],
    ['decay', () => rmsprop({ decay: 1 })],
    ['epsilon', () => rmsprop({ epsilon: NaN })],
    ['momentum', () => rmsprop({ momentum: -1 })],
    ['beta1', () => adam({ beta1: 1 })],
    ['beta2', () => adamw({ beta2: -0.1 })],
    ['epsilon', () => adam({ epsilon: -1e-8 })],
  ])('refuses an impossible %s', (option, make) => {
    expect(make).toThrow(RangeError);
    expect(make).toThrow(option);
  });

  it('refuses flags that are none', () => {
    expect(() => sgd({ momentum: 1, nesterov: 1 as never })).toThrow(TypeError);
    expect(() => rmsprop({ centered: 'yes' as never })).toThrow(TypeError);
    expect(() => adam({ amsgrad: 0 as never })).toThrow(TypeError);
  });
});

describe('misuse', () => {
  it('is a typed error before anything is changed', () => {
    const theta = [tensor([1, 2]), tensor([3])];
    const [good, long, whole, gone] = [tensor([1, 1]), tensor([1, 1, 1]), tensor([1], [1], 'i32'), tensor([1])];
    gone.dispose();
    const state = adam().create(theta);
    expect(() => state.update([good])).toThrow(ShapeError);
    expect(() => state.update([good])).toThrow('adam: expected 2 gradients, one for each parameter, got 1');
    expect(() => state.update([good, long])).toThrow('adam: expected gradient 1 of shape [1], got [3]');
    expect(() => state.update([good, wrong(whole)])).toThrow(DTypeError);
    expect(() => state.update([good, gone])).toThrow(DisposedError);
    expect(() => adam().create([wrong(whole)])).toThrow(DTypeError);
    expect(() => adam().create([gone])).toThrow(DisposedError);
    expect(() => state.restore(new Float64Array(1))).toThrow(RangeError);
    expect(() => state.restore(new Float64Array([NaN, 1]))).toThrow(RangeError);
    expect(() => state.restore([1, 1] as never)).toThrow(TypeError);
    expect(state.cells()).toEqual(new Float64Array([1, 1]));
    expect(theta.map((one) => [...one.data()])).toEqual([[1, 2], [3]]);
    state.dispose();
    expect(() => state.update([good, good])).toThrow(DisposedError);
    expect(() => state.cells()).toThrow(DisposedError);
    free([...theta, good, long, wrong(whole)]);
  });

  it.each([NaN, -1, Infinity, undefined as never])('a schedule that gives %s', (bad) => {
    const theta = tensor([1]);
    const state = sgd({ learningRate: (step) => (step < 3 ? 0.1 : bad) }).create([theta]);
    state.prepare(2);
    expect(() => state.prepare(3)).toThrow(RangeError);
    expect(() => state.prepare(3)).toThrow(
      'sgd: expected the learningRate schedule to give a finite number >= 0 at step 3',
    );
    state.dispose();
    expect(() => state.prepare(0)).toThrow(DisposedError);
    expect(() => sgd({ learningRate: () => bad }).create([theta])).toThrow(RangeError);
    theta.dispose();
  });
});
