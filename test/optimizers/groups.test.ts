// Learning rates and weight decay for groups of weights.
import { describe, expect, it, test } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { FormatError, tensor } from '../../src/index.js';
import { loadOptimizer, saveModel } from '../../src/io/index.js';
import { batchNorm, dense } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Callback, type Model, type TrainingSnapshot } from '../../src/models/index.js';
import {
  adagrad,
  adam,
  adamw,
  cosineDecay,
  parameterGroups,
  rmsprop,
  sgd,
  type CommonOptions,
  type WeightGroup,
} from '../../src/optimizers/index.js';
import { grouped, start, x, y } from '../models/fixtures/fineTuning.js';
import { withRuntime } from '../support/live.js';
import { expectClose } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const [inputs, targets] = [Float32Array.from(x), Float32Array.from(y)];
const rows = (values: Float32Array, width: number): number[][] =>
  Array.from({ length: 6 }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
const data = dataset(rows(inputs, 4), rows(targets, 3));

function network(): Model {
  const model = sequential({ inputShape: [4] }, [
    dense({ units: 5, activation: 'relu' }),
    batchNorm(),
    dense({ units: 3 }),
  ]);
  const flat = Object.entries(start).map(([name, values]) => [name, Float32Array.from(values)] as const);
  model.setWeights(Object.fromEntries(flat));
  return model;
}

const common = { loss: meanSquaredError(), batchSize: 6 };

it('make the steps of PyTorch with parameter groups', () => {
  using model = network();
  const optimizer = parameterGroups(sgd({ learningRate: 0.05, momentum: 0.9, weightDecay: 0.02 }), [
    { weights: ['dense_1', /^batchNorm/], learningRate: 0.001, weightDecay: 0.1 },
    { weights: /bias$/, weightDecay: 0 },
  ]);
  using trainer = model.trainer({ ...common, optimizer });
  expectClose(grouped.losses.map(() => trainer.step(inputs, targets)), grouped.losses, 1e-5); // prettier-ignore
  const after = model.getWeights();
  for (const [name, values] of Object.entries(grouped.weights))
    if (!name.includes('moving')) expectClose(after[name]!, values, 1e-5);
});

describe.each(Object.entries({ sgd, adagrad, rmsprop, adam, adamw }))('%s', (_, make) => {
  const train = (options: CommonOptions, groups?: readonly WeightGroup[]): Record<string, Float32Array> => {
    using model = network();
    const optimizer = groups ? parameterGroups(make(options), groups) : make(options);
    using trainer = model.trainer({ ...common, optimizer });
    for (let step = 0; step < 3; step++) trainer.step(inputs, targets);
    return model.getWeights();
  };

  it('has the same bits with a group that changes nothing', () => {
    const plain = train({ learningRate: 0.05, weightDecay: 0.01 });
    expect(train({ learningRate: 0.05, weightDecay: 0.01 }, [{ weights: 'dense_2' }])).toEqual(plain);
    const everything = [{ weights: /^/, learningRate: 0.05, weightDecay: 0.01 }];
    expect(train({ learningRate: 9, weightDecay: 9 }, everything)).toEqual(plain);
  });

  it('leaves weights of rate 0 alone, and follows schedules', () => {
    const groups = [{ weights: 'dense_1', learningRate: 0 }];
    const after = train({ learningRate: cosineDecay({ initial: 0.1, steps: 3 }) }, groups);
    expect(after['dense_1/kernel']).toEqual(Float32Array.from(start['dense_1/kernel']));
    const other = [{ weights: /^(?!dense_1)/, learningRate: cosineDecay({ initial: 0.1, steps: 3 }) }];
    expect(train({ learningRate: 0 }, other)).toEqual(after);
  });

  it('has the same bits in a worker, and when it is continued', async () => {
    const options = {
      ...{ loss: meanSquaredError(), batchSize: 4, epochs: 4 },
      optimizer: parameterGroups(make({ learningRate: 0.02 }), [
        { weights: 'dense_1', learningRate: (step) => 0.01 / (1 + step) },
      ]),
    };
    const runs: unknown[] = [];
    for (const worker of [false, true]) {
      using model = network();
      await model.fit(data, { ...options, worker });
      runs.push(model.getWeights());
    }
    expect(runs[1]).toEqual(runs[0]);
    let from: TrainingSnapshot | undefined;
    const callback: Callback = { onEpochEnd: (__, control) => (from ??= control.snapshot()) };
    using first = network();
    await first.fit(data, { ...options, callbacks: [callback] });
    using second = network();
    await second.fit(data, { ...options, from });
    expect(second.getWeights()).toEqual(runs[0]);
  });
});

it('the first group that fits a weight counts', () => {
  using model = network();
  const groups = [
    { weights: 'dense_1/bias', learningRate: 0.5 },
    { weights: 'dense_1', learningRate: 0 },
  ];
  using trainer = model.trainer({ ...common, optimizer: parameterGroups(sgd({ learningRate: 0.1 }), groups) });
  trainer.step(inputs, targets);
  const after = model.getWeights();
  expect(after['dense_1/kernel']).toEqual(Float32Array.from(start['dense_1/kernel']));
  expect(after['dense_1/bias']).not.toEqual(Float32Array.from(start['dense_1/bias']));
});

it('an update that overflows in a group is taken back', () => {
  using model = network();
  const optimizer = parameterGroups(sgd({ learningRate: 0.1 }), [{ weights: 'dense_2', learningRate: 3e38 }]);
  using trainer = model.trainer({ ...common, optimizer });
  const before = model.getWeights();
  const huge = targets.map((value) => 1e10 * value);
  expect(trainer.step(inputs, huge)).toBeNaN();
  expect(model.getWeights()).toEqual(before);
});

it('are saved with the optimizer when they are plain data', () => {
  using model = network();
  const groups = [{ weights: ['dense_1', 'batchNorm_1'], learningRate: 1e-4, weightDecay: 0.5 }];
  const optimizer = parameterGroups(adamw(), groups);
  const loaded = loadOptimizer(saveModel(model, { optimizer }));
  expect(loaded?.groups).toEqual(groups);
  expect(loaded?.config).toEqual({ ...adamw().config, groups });
  for (const group of [{ weights: /dense/ }, { weights: 'dense_1', learningRate: () => 1 }])
    expect(() => saveModel(model, { optimizer: parameterGroups(adam(), [group]) })).toThrow(
      typed(
        TypeError,
        /^saveModel: expected config of the optimizer\.groups\[0\]\.\w+ to be plain data that can be saved/,
      ),
    );
});

it('of another number are refused when a training is continued', async () => {
  let from: TrainingSnapshot | undefined;
  const callback: Callback = { onEpochEnd: (_, control) => (from ??= control.snapshot()) };
  const options = { loss: meanSquaredError(), epochs: 2 };
  using model = network();
  await model.fit(data, { ...options, optimizer: adam(), callbacks: [callback] });
  const optimizer = parameterGroups(adam(), [{ weights: 'dense_1', learningRate: 1e-4 }]);
  await expect(model.fit(data, { ...options, optimizer, from })).rejects.toThrow(
    new FormatError('resume: expected 4 values for the optimizer, got 2'),
  );
});

describe('bad groups', () => {
  const cases: readonly [string, unknown, new (message: string) => Error, string][] = [
    ['no array', { weights: 'a' }, TypeError, 'groups to be an array, got an object with keys weights'],
    ['no objects', ['a'], TypeError, "options to be an object, got 'a'"],
    ['without weights', [{ learningRate: 1 }], TypeError, 'names of weights or layers, or a RegExp, got undefined'],
    ['a pattern of nothing', [{ weights: [] }], TypeError, 'names of weights or layers, or a RegExp, got []'],
    [
      'a negative rate',
      [{ weights: 'a', learningRate: -1 }],
      RangeError,
      'learningRate to be a finite number >= 0, got -1',
    ],
    ['no rate', [{ weights: 'a', learningRate: '1' }], TypeError, "learningRate to be a finite number >= 0, got '1'"],
    ['NaN decay', [{ weights: 'a', weightDecay: NaN }], RangeError, 'weightDecay to be a finite number >= 0, got NaN'],
    ['a misspelt key', [{ weights: 'a', lr: 1 }], TypeError, "options weights, learningRate, weightDecay, got unknown option 'lr'"], // prettier-ignore
    ['a hole', Array.from({ length: 1 }), TypeError, 'options to be an object, got undefined'],
  ];
  test.each(cases)('%s', (_, groups, kind, message) => {
    expect(() => void Reflect.apply(parameterGroups, undefined, [adam(), groups])).toThrow(
      new kind(`parameterGroups: expected ${message}`),
    );
  });

  it('of no optimizer, or of one that has groups', () => {
    const groups = [{ weights: 'dense_1' }];
    expect(() => parameterGroups(wrong('adam'), groups)).toThrow(
      new TypeError("parameterGroups: expected optimizer to be made by sgd(...), adam(...) or the like, got 'adam'"),
    );
    expect(() => parameterGroups(parameterGroups(adam(), groups), groups)).toThrow(
      new TypeError('parameterGroups: expected an optimizer without groups, got one with groups'),
    );
  });

  it('that name no weight of the model', () => {
    using model = network();
    const optimizer = parameterGroups(adam(), [{ weights: /^base/ }]);
    expect(() => model.trainer({ ...common, optimizer })).toThrow(
      typed(RangeError, /^trainer: expected some of dense_1\/kernel, .*, got '\/\^base\/'$/),
    );
    model.freeze('dense_1');
    using trainer = model.trainer({ ...common, optimizer: parameterGroups(adam(), [{ weights: 'dense_1' }]) });
    expect(trainer.steps).toBe(0);
  });

  it('without names', () => {
    using theta = tensor([1, 2]);
    const optimizer = parameterGroups(sgd(), [{ weights: 'theta', learningRate: 1 }]);
    expect(() => optimizer.create([theta])).toThrow(
      new TypeError('sgd: expected names of 1 parameters for groups, got 0'),
    );
    using state = optimizer.create([theta], ['theta']);
    using gradient = tensor([1, 1]);
    state.update([gradient]);
    expect(theta.toArray()).toEqual([0, 1]);
  });
});
