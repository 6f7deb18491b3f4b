// Everything that can be wrong with data and options is said before anything is done.
import { describe, expect, it } from 'vitest';
import { DTypeError, NonFiniteError, ShapeError, tensor } from '../../src/index.js';
import { dataset } from '../../src/data/index.js';
import { dense, flatten } from '../../src/layers/index.js';
import { binaryCrossEntropy, crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import {
  connect,
  input,
  lossPerOutput,
  packRows,
  sequential,
  unpackRows,
  type EvaluateOptions,
  type FitOptions,
  type Model,
  type Symbolic,
} from '../../src/models/index.js';
import { sgd } from '../../src/optimizers/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { options, toyData, toyModel, toyRows, using } from './problem.js';

withRuntime();

type Data = Parameters<Model['fit']>[0];
type ErrorKind = new (message: string) => Error;
interface Misuse {
  readonly what: string;
  readonly data?: () => Data;
  readonly options?: object;
  readonly error: ErrorKind;
  readonly says: string | RegExp;
}

const one = [[1, 2, 3, 4]];
const cases: readonly Misuse[] = [
  {
    what: 'a misspelt option',
    options: { bachSize: 3 },
    error: TypeError,
    says: /^fit: expected options .*, got unknown option 'bachSize'$/,
  },
  {
    what: 'no loss',
    options: { loss: undefined },
    error: TypeError,
    says: 'fit: expected loss to be a function, got undefined',
  },
  {
    what: 'the name of a loss',
    options: { loss: 'mse' },
    error: TypeError,
    says: "fit: expected loss to be a function, got 'mse'",
  },
  {
    what: 'a loss factory',
    options: { loss: crossEntropy },
    error: TypeError,
    says: 'fit: expected loss to be made by calling its factory, as in crossEntropy(), got the factory',
  },
  {
    what: 'the name of an optimiser',
    options: { optimizer: 'adam' },
    error: TypeError,
    says: "fit: expected optimizer to be made by sgd(...), adam(...) or the like, got 'adam'",
  },
  {
    what: 'an optimiser factory',
    options: { optimizer: sgd },
    error: TypeError,
    says: 'fit: expected optimizer to be made by sgd(...), adam(...) or the like, got a function',
  },
  {
    what: 'batchSize 0',
    options: { batchSize: 0 },
    error: RangeError,
    says: 'fit: expected batchSize to be a whole number >= 1, got 0',
  },
  {
    what: 'batchSize 2.5',
    options: { batchSize: 2.5 },
    error: RangeError,
    says: 'fit: expected batchSize to be a whole number >= 1, got 2.5',
  },
  {
    what: 'batchSize as text',
    options: { batchSize: '8' },
    error: TypeError,
    says: "fit: expected batchSize to be a whole number >= 1, got '8'",
  },
  {
    what: 'epochs 0',
    options: { epochs: 0 },
    error: RangeError,
    says: 'fit: expected epochs to be a whole number >= 1, got 0',
  },
  {
    what: 'a seed below zero',
    options: { seed: -1 },
    error: RangeError,
    says: 'fit: expected seed to be a whole number >= 0, got -1',
  },
  {
    what: 'shuffle as a number',
    options: { shuffle: 1 },
    error: TypeError,
    says: 'fit: expected shuffle to be true or false, got 1',
  },
  {
    what: 'progress as text',
    options: { progress: 'yes' },
    error: TypeError,
    says: "fit: expected progress to be true or false, got 'yes'",
  },
  {
    what: 'a controller for a signal',
    options: { signal: {} },
    error: TypeError,
    says: 'fit: expected signal to be an AbortSignal, got an object with keys (none)',
  },
  {
    what: 'one callback',
    options: { callbacks: {} },
    error: TypeError,
    says: 'fit: expected callbacks to be an array, got an object with keys (none)',
  },
  {
    what: 'a callback that is none',
    options: { callbacks: [5] },
    error: TypeError,
    says: 'fit: expected every callback to be an object, got 5',
  },
  {
    what: 'onBatchEnd as text',
    options: { onBatchEnd: 'log' },
    error: TypeError,
    says: "fit: expected onBatchEnd to be a function, got 'log'",
  },
  {
    what: 'onEpochEnd as text',
    options: { onEpochEnd: 'log' },
    error: TypeError,
    says: "fit: expected onEpochEnd to be a function, got 'log'",
  },
  {
    what: 'a split of 1',
    options: { validationSplit: 1 },
    error: RangeError,
    says: 'fit: expected validationSplit to be a finite number >= 0 and < 1, got 1',
  },
  {
    what: 'a split of nothing',
    options: { validationSplit: 0.99 },
    error: RangeError,
    says: 'fit: expected validationSplit to leave rows on both sides of 16, got 0.99',
  },
  {
    what: 'split and validation data',
    options: { validationSplit: 0.5, validation: dataset(one, [0]) },
    error: TypeError,
    says: 'fit: expected validation or validationSplit, got both',
  },
  {
    what: 'validation without targets',
    options: { validation: dataset(one) },
    error: TypeError,
    says: 'fit: validation: expected data with targets, got inputs only',
  },
  {
    what: 'validation of another shape',
    options: { validation: dataset([[1, 2]], [0]) },
    error: ShapeError,
    says: 'fit: validation: expected rows of shape [4], got [2]',
  },
  {
    what: 'validation labels that are no classes',
    options: { validation: dataset(one, [3]) },
    error: RangeError,
    says: 'fit: validation: expected labels from 0 to 2, got 3 at position 0',
  },
  {
    what: 'a split of batches',
    data: () => [{ x: one, y: [0] }],
    options: { validationSplit: 0.5 },
    error: TypeError,
    says: 'fit: expected a dataset to split for validation, got an iterable of batches',
  },
  {
    what: 'plain arrays as data',
    data: () => wrong(one),
    error: TypeError,
    says: 'fit: expected data made by dataset(...) or an iterable of batches, got [[1, 2, 3, 4]]',
  },
  {
    what: 'no data',
    data: () => wrong(undefined),
    error: TypeError,
    says: 'fit: expected data made by dataset(...) or an iterable of batches, got undefined',
  },
  {
    what: 'data without targets',
    data: () => dataset(one),
    error: TypeError,
    says: 'fit: expected data with targets, got inputs only',
  },
  {
    what: 'rows too short',
    data: () => dataset([[1, 2]], [0]),
    error: ShapeError,
    says: 'fit: expected rows of shape [4], got [2]',
  },
  {
    what: 'too many targets',
    data: () => dataset(one, [[1, 2]]),
    error: ShapeError,
    says: 'fit: expected 3 targets ([1, 3]) or 1 class indices, got 2 ([1, 2])',
  },
  {
    what: 'a label too large',
    data: () => dataset(one, [3]),
    error: RangeError,
    says: 'fit: expected labels from 0 to 2, got 3 at position 0',
  },
  {
    what: 'a label below zero',
    data: () => dataset(one, [-1]),
    error: RangeError,
    says: 'fit: expected labels from 0 to 2, got -1 at position 0',
  },
  {
    what: 'a broken label',
    data: () => dataset(one, [0.5]),
    error: RangeError,
    says: 'fit: expected labels from 0 to 2, got 0.5 at position 0',
  },
  {
    what: 'NaN that came into the rows later',
    data: () => {
      const { x, y } = toyRows(8);
      const data = dataset(x, y);
      x[5] = NaN;
      return data;
    },
    options: { shuffle: false },
    error: NonFiniteError,
    says: 'fit: expected finite x, got NaN at position 5',
  },
  {
    what: 'a loss for other targets',
    options: { loss: meanSquaredError() },
    error: DTypeError,
    says: 'fit: expected 48 targets ([16, 3]) for meanSquaredError, in f32, got i32 ([16])',
  },
  {
    what: 'a loss that is no scalar',
    options: { loss: (prediction: unknown) => prediction },
    error: ShapeError,
    says: 'fit: expected the loss to be an f32 scalar, got f32 of shape [8, 3]',
  },
  {
    what: 'a loss without an answer',
    options: { loss: () => 0 },
    error: TypeError,
    says: 'fit: expected the loss to be a scalar tensor, got 0',
  },
];

describe('fit refuses', () => {
  it.each(cases)('$what', async ({ data, options: bad, error, says }) => {
    await using(toyModel(), async (model) => {
      const before = model.getWeights();
      const run = model.fit((data ?? ((): Data => toyData(16)))(), wrong<FitOptions>({ ...options, ...bad }));
      const reason: unknown = await run.then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(reason).toEqual(typed(error, says));
      expect(model.getWeights()).toEqual(before);
      expect((await model.fit(toyData(16), options)).stopped).toBe('completed');
    });
  });

  it('a model without weights to train', async () => {
    const model = sequential({ inputShape: [4] }, [flatten()]);
    await using(model, async () => {
      const run = model.fit(dataset(one, one), { loss: meanSquaredError(), optimizer: sgd() });
      await expect(run).rejects.toThrow(new TypeError('fit: expected a model with weights to train, got none'));
    });
  });
});

describe('evaluate refuses', () => {
  const loss = crossEntropy();
  it.each<[string, () => Data, object, ErrorKind, string | RegExp]>([
    [
      'a misspelt option',
      () => toyData(8),
      { loss, metric: [] },
      TypeError,
      /^evaluate: expected options .*, got unknown option 'metric'$/,
    ],
    ['no loss', () => toyData(8), {}, TypeError, 'evaluate: expected loss to be a function, got undefined'],
    [
      'batchSize 0',
      () => toyData(8),
      { loss, batchSize: 0 },
      RangeError,
      'evaluate: expected batchSize to be a whole number >= 1, got 0',
    ],
    [
      'rows of another shape',
      () => dataset([[1]], [0]),
      { loss },
      ShapeError,
      'evaluate: expected rows of shape [4], got [1]',
    ],
    ['no targets', () => dataset(one), { loss }, TypeError, 'evaluate: expected data with targets, got inputs only'],
    [
      'labels that are no classes',
      () => dataset(one, [9]),
      { loss },
      RangeError,
      'evaluate: expected labels from 0 to 2, got 9 at position 0',
    ],
    [
      'a loss for other targets',
      () => toyData(8),
      { loss: binaryCrossEntropy() },
      DTypeError,
      'evaluate: expected 24 targets ([8, 3]) for binaryCrossEntropy, in f32, got i32 ([8])',
    ],
  ])('%s', async (_, data, bad, error, says) => {
    await using(toyModel(), (model) => {
      const run = (): unknown => model.evaluate(data(), wrong<EvaluateOptions>(bad));
      expect(run).toThrow(typed(error, says));
      expect(model.evaluate(toyData(8), { loss }).loss).toBeGreaterThan(0);
    });
  });
});

describe('setWeights and predict refuse', () => {
  it('other element types, lengths that do not fit, misspelt options', async () => {
    await using(toyModel(), (model) => {
      expect(() => {
        model.setWeights({ 'dense_2/bias': Int32Array.of(1, 2, 3) });
      }).toThrow(new DTypeError('setWeights: expected dense_2/bias to be f32, got i32'));
      expect(() => model.predict(one, wrong({ length: [1] }))).toThrow(
        typed(TypeError, /^predict: expected options .*, got unknown option 'length'$/),
      );
      expect(() => model.predict(one, { lengths: [1, 2] })).toThrow(
        new ShapeError('predict: expected 1 lengths, got 2'),
      );
      expect(() => model.predictor({ batchSize: 0 })).toThrow(
        new RangeError('predictor: expected batchSize to be a whole number >= 1, got 0'),
      );
      expect(() => model.predict(wrong({}))).toThrow(
        new TypeError('predict: expected numbers, nested arrays or a typed array, got an object with keys (none)'),
      );
      const gone = tensor(one);
      gone.dispose();
      expect(() => model.predict(gone)).toThrow(
        'predict: expected a live tensor, got one of shape [1, 4] after dispose()',
      );
    });
  });

  it('a layer that leaves no features', () => {
    expect(() => sequential({ inputShape: [2, 2] }, [dense({ units: 2 }), dense({ units: 0 })])).toThrow(
      new RangeError('dense: expected units to be a whole number >= 1, got 0'),
    );
  });
});

describe('junk is refused in the name of the called function', () => {
  const model = (): Model => toyModel();
  const x = Float32Array.of(1, 2, 3, 4);
  const point = (): Symbolic => input({ shape: [2] });

  it.each<[string, (model: Model) => unknown, RegExp]>([
    [
      'weights in a Map',
      (m) => m.setWeights(wrong(new Map())),
      /^TypeError: setWeights: .* got an object of class Map$/,
    ],
    ['weights that are text', (m) => m.setWeights(wrong({ 'dense_2/bias': 'abc' })), /^TypeError: setWeights: /],
    ['input that is text', (m) => m.predict(wrong('abc')), /^TypeError: predict: .*'abc'/],
    ['apply to text', (m) => m.apply({}, wrong('abc')), /^TypeError: apply: .*'abc'/],
    ['apply without weights', (m) => m.apply(wrong(undefined), one), /^TypeError: apply: .*weights.* got undefined$/],
    [
      'training that is text',
      (m) => m.apply({}, one, wrong({ training: 'no' })),
      /^TypeError: apply: .*training.*'no'$/,
    ],
    ['lengths null', (m) => m.predict(one, wrong({ lengths: null })), /^TypeError: predict: .*lengths.* got null$/],
    ['lengths 0', (m) => m.predict(one, wrong({ lengths: 0 })), /^TypeError: predict: .*lengths.* got 0$/],
    [
      'a state of null',
      (m) => m.predictState(one, wrong([null])),
      /predictState: expected a state of 0 entries.* got 1$/,
    ],
    ['a state that is a number', (m) => m.predictState(one, wrong(7)), /^TypeError: predictState: .* got 7$/],
    [
      'a predictor without input',
      (m) => predictOnce(m, wrong(undefined), new Float32Array(3)),
      /^TypeError: predictor: .*input/,
    ],
    [
      'a predictor of text',
      (m) => predictOnce(m, wrong('abcd'), new Float32Array(3)),
      /^TypeError: predictor: .*'abcd'$/,
    ],
    [
      'a predictor without output',
      (m) => predictOnce(m, x, wrong(null)),
      /^TypeError: predictor: .*output.* got null$/,
    ],
    ['a step without targets', (m) => stepOnce(m, null), /^TypeError: step: .*y to be an array, got null$/],
    ['a misspelt option of step', (m) => stepOnce(m, [1], { lenghts: [1] }), /^TypeError: step: .*'lenghts'$/],
    ['a list as options of step', (m) => stepOnce(m, [1], [1]), /^TypeError: step: .*options to be an object/],
    [
      'null as options of step',
      (m) => stepOnce(m, [1], null),
      /^TypeError: step: .*options to be an object, got null$/,
    ],
    [
      'unpackRows(null)',
      () => unpackRows(wrong(null), wrong(undefined)),
      /^TypeError: unpackRows: expected a model, got null$/,
    ],
    ['unpackRows of an array', (m) => unpackRows(m, wrong(one)), /^TypeError: unpackRows: expected a prediction/],
    ['packRows(1, null)', () => packRows(1, wrong(null)), /^TypeError: packRows: .*part 1.* got null$/],
    [
      'lossPerOutput(null)',
      () => lossPerOutput(wrong(null), []),
      /^TypeError: lossPerOutput: expected a model, got null$/,
    ],
    [
      'a loss that is no function',
      (m) => lossPerOutput(m, wrong([7])),
      /^TypeError: lossPerOutput: .*function, got 7$/,
    ],
    [
      'half a layer',
      () => connect(wrong({ outputShape: 7 }), point()),
      /^TypeError: connect: expected a layer, got an object/,
    ],
    [
      'no layer among several',
      () => connect(wrong([flatten(), null]), point()),
      /^TypeError: connect: expected a layer, got null$/,
    ],
    ['a hole among the layers', () => sequential({ inputShape: [4] }, wrong([, flatten()])), /^TypeError: sequential: .* got undefined$/], // prettier-ignore
    ['a factory as loss of a trainer', (m) => m.trainer({ loss: wrong(crossEntropy), optimizer: sgd(), batchSize: 1 }), /^TypeError: trainer: .*crossEntropy\(\)/], // prettier-ignore
    ['a factory as loss of evaluate', (m) => m.evaluate(toyData(4), { loss: wrong(crossEntropy) }), /^TypeError: evaluate: .*crossEntropy\(\)/], // prettier-ignore
  ])('%s', async (_, call, says) => {
    await using(model(), (own) => {
      let reason: unknown;
      try {
        call(own);
      } catch (error) {
        reason = error;
      }
      expect(String(reason)).toMatch(says);
      expect(own.evaluate(toyData(4), { loss: crossEntropy() }).loss).toBeGreaterThan(0);
    });
  });

  function predictOnce(own: Model, from: Float32Array, into: Float32Array): void {
    const predictor = own.predictor();
    try {
      predictor(from, into);
    } finally {
      predictor.dispose();
    }
  }

  function stepOnce(own: Model, y: unknown, stepOptions?: unknown): void {
    const trainer = own.trainer({ loss: crossEntropy(), optimizer: sgd(), batchSize: 1 });
    try {
      trainer.step(x, wrong(y), wrong(stepOptions));
    } finally {
      trainer.dispose();
    }
  }
});
