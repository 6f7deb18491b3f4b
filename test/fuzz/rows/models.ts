import type { Tensor } from '../../../src/index.js';
import { classificationReport, confusionMatrix, type Dataset } from '../../../src/data/index.js';
import { concatenate, dense, lstm } from '../../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../../src/losses/index.js';
import * as models from '../../../src/models/index.js';
import { sgd } from '../../../src/optimizers/index.js';
import { disposing, method, type Callable, type Row, type Rows } from '../row.js';
import type { World } from '../world.js';

/** So many epochs or rows of a step are right, and for ever. */
const endless = (key: string, label: string): boolean =>
  /epochs|batchSize|stepsPerEpoch/.test(key) && /\d{9}|e\+300/.test(label);

type NamedCall = (call: Callable, args: Row['args'], more?: Partial<Row>) => Row;

const row: NamedCall = (call, args, more) => ({ room: 'models', call, args, ...more });

function making(w: () => World): Rows {
  const value = (): models.Symbolic => models.input({ shape: [3] });
  return {
    'models/Model': { exempt: 'for types and instanceof: its constructor is internal' },
    'models/Trainer': { exempt: 'for types and instanceof: its constructor is internal' },
    'models/connect': row(models.connect, () => [
      [dense({ units: 2 }), value()],
      [[dense({ units: 2 }), dense({ units: 1 })], value()],
      [concatenate(), value(), value()],
    ]),
    'models/earlyStopping': row(models.earlyStopping, () => [
      [{ monitor: 'loss', patience: 1, minDelta: 0.1, mode: 'min', restoreBest: true }],
    ]),
    'models/reduceLrOnPlateau': row(models.reduceLrOnPlateau, () => [
      [{ monitor: 'loss', factor: 0.5, patience: 1, minDelta: 0.1, cooldown: 1, minLearningRate: 0.01, mode: 'min' }],
    ]),
    'models/exponentialMovingAverage': row(models.exponentialMovingAverage, () => [[{ decay: 0.9 }]]),
    'models/lrFinder': row(
      models.lrFinder,
      () => [[w().model, w().data, { loss: crossEntropy(), optimizer: sgd(), from: 1e-6, to: 1e-4, steps: 3 }]],
      { names: ['lrFinder', 'fit', 'dataset'], skip: (key, label) => endless(key, label) || key.includes('steps') },
    ),
    'models/input': row(models.input, () => [[{ shape: [3] }]]),
    'models/linearRegression': row(models.linearRegression, () => [
      [[[1, 2], [3, 5], [4, 4]], [1, 2, 3], { l2: 0.1, fitIntercept: true }], // prettier-ignore
      [w().x, [1, 2]],
    ]),
    'models/lossPerOutput': row(models.lossPerOutput, () => [
      [w().functional, [meanSquaredError(), meanSquaredError()], { weights: [1, 2] }],
    ]),
    'models/model': row(models.model, () => {
      const x = value();
      return [[{ inputs: [x], outputs: models.connect(dense({ units: 1 }), x), seed: 1 }]];
    }),
    'models/packRows': row(models.packRows, () => [[2, [1, 2, 3, 4], [5, 6]]]),
    'models/sequential': row(models.sequential, () => [
      [{ inputShape: [3], seed: 1, name: 'own' }, [dense({ units: 2, trainable: false }), dense({ units: 1 })]],
      [{ inputShape: [3] }, [w().model, dense({ units: 1 })]],
    ]),
    'models/unpackRows': row(models.unpackRows, () => [[w().functional, w().four]]),
    'returned by lossPerOutput': row(
      (prediction: Tensor, target: Tensor) =>
        models.lossPerOutput(w().functional, [meanSquaredError(), meanSquaredError()])(prediction, target),
      () => [[w().four, w().four]],
      { names: ['lossPerOutput', 'meanSquaredError'] },
    ),
  };
}

/** A function of a fresh receiver, which is freed with all that it keeps for later calls. */
const held = <T extends { dispose(): void }>(make: () => T, part: (owner: T) => Callable): Callable => {
  return (...args: readonly unknown[]) => {
    const owner = make();
    try {
      return Reflect.apply(part(owner), owner, args) as unknown;
    } finally {
      owner.dispose();
    }
  };
};

const plain = (): models.Model => models.sequential({ inputShape: [3] }, [dense({ units: 2, activation: 'softmax' })]);

const recurrent = (): models.Model =>
  models.sequential({ inputShape: [4, 2] }, [lstm({ units: 2 }), dense({ units: 1 })]);

function predicting(w: () => World): Rows {
  const weights = (): models.WeightTree =>
    Object.fromEntries(w().model.weights.map(({ name, tensor }) => [name, tensor]));
  const predictor = (): models.Predictor => w().model.predictor({ batchSize: 2 });
  const regression = (): models.LinearRegression => models.linearRegression([[1], [2], [4]], [1, 2, 3]);
  return {
    'Model.predict': row(held(plain, (owner) => method(() => owner, 'predict')), () => [[[[1, 2, 3]]], [w().x], [Float32Array.of(1, 2, 3)]]), // prettier-ignore
    'recurrent predict': row(
      held(recurrent, (owner) => method(() => owner, 'predict')),
      () => [[Float32Array.from({ length: 16 }), { lengths: [1, 4] }]],
      { names: ['predict'] },
    ),
    'Model.predictState': row(
      method(() => w().recurrent, 'predictState'),
      () => [
        [[[[1, 2]]]],
        [[[[1, 2], [1, 2]]], [{ h: w().state, c: w().state }]], // prettier-ignore
      ],
    ),
    'Model.predictor': row(method(() => w().model, 'predictor'), () => [[{ batchSize: 2 }]], { skip: endless }), // prettier-ignore
    'returned by predictor': row(
      held(predictor, (owner) => owner),
      () => [[new Float32Array(6), new Float32Array(4)]],
      {
        names: ['predictor'],
      },
    ),
    'dispose of predictor': row(disposing(predictor), () => [[]]),
    'Model.apply': row(
      method(() => w().recurrent, 'apply'),
      () => [
        [
          Object.fromEntries(w().recurrent.weights.map(({ name, tensor }) => [name, tensor])),
          new Float32Array(16),
          { training: true, lengths: [1, 4], seed: 1, state: [] },
        ],
      ],
    ),
    'apply without options': row(
      method(() => w().model, 'apply'),
      () => [[weights(), [[1, 2, 3]]]],
      {
        names: ['apply'],
      },
    ),
    'Model.getWeights': row(
      method(() => w().model, 'getWeights'),
      () => [[]],
    ),
    'Model.setWeights': row(
      method(() => w().model, 'setWeights'),
      () => [[{ ...w().model.getWeights() }], [{ 'dense_1/bias': [0.5, 1] }]],
    ),
    'Model.summary': row(
      method(() => w().model, 'summary'),
      () => [[]],
    ),
    'Model.layer': row(
      method(() => w().model, 'layer'),
      () => [['dense_1']],
    ),
    'Model.upTo': row(
      held(plain, (owner) => method(() => owner, 'upTo')),
      () => [['dense_1']],
    ),
    'Model.freeze': row(
      held(plain, (owner) => method(() => owner, 'freeze')),
      () => [['dense_1'], [/kernel/], [['dense_1/bias', /kernel/]], []],
    ),
    'Model.unfreeze': row(
      held(plain, (owner) => method(() => owner, 'unfreeze')),
      () => [['dense_1'], [/kernel/]],
    ),
    'Model.dispose': row(
      disposing(() => models.sequential({ inputShape: [1] }, [dense({ units: 1 })])),
      () => [[]],
    ),
    'LinearRegression.predict': row(
      held(regression, (owner) => owner.predict),
      () => [[[[1], [2]]]],
      { names: ['predict'] },
    ),
    'LinearRegression.dispose': row(disposing(regression), () => [[]]),
  };
}

function training(w: () => World): Rows {
  const fit = (): object => ({
    ...{ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), batchSize: 4, epochs: 1, shuffle: true, seed: 1 },
    ...{ validationSplit: 0.25, metrics: ['accuracy'], callbacks: [{ monitors: ['loss'], onEpochEnd: () => 1 }] },
    ...{ onBatchEnd: () => 1, onEpochEnd: () => 1, signal: new AbortController().signal, progress: false },
    classWeights: { 0: 1, 1: 2 },
  });
  const names = ['fit', 'dataset'];
  const counting = (): object => ({
    name: 'rows',
    init: () => 0,
    update: (n: number) => n + 1,
    result: (n: number) => n,
  });
  const custom = (): object => ({ name: 'own', compute: meanSquaredError() });
  return {
    'Model.fit': row(
      method(() => w().model, 'fit'),
      () => [[w().data, fit()]],
      { names, skip: endless },
    ),
    'fit on batches': row(
      method(() => w().model, 'fit'),
      () => [[[{ x: [[1, 2, 3]], y: [[0, 1]] }], { loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }) }]],
      { names, skip: endless },
    ),
    'Model.evaluate': row(
      method(() => w().model, 'evaluate'),
      () => [[w().data, { loss: crossEntropy(), metrics: ['accuracy'], batchSize: 3 }]],
      { names: ['evaluate', 'dataset'] },
    ),
    'evaluate on batches': row(
      method(() => w().model, 'evaluate'),
      () => [[[{ x: [[1, 2, 3]], y: [[0, 1]] }], { loss: crossEntropy() }]],
      { names: ['evaluate', 'dataset'] },
    ),
    'predict on batches': row(
      async (...args: readonly unknown[]) => {
        using owner = plain();
        const promise: unknown = Reflect.apply(method(() => owner, 'predict'), undefined, args); // prettier-ignore
        return await promise;
      },
      () => [[[{ x: [[1, 2, 3]] }]]],
      { names: ['predict'] },
    ),
    'fit in parts': row(
      method(() => w().model, 'fit'),
      () => [[w().data, { ...fit(), stepsPerEpoch: 2, accumulate: 2, seconds: 5 }]],
      { names, skip: endless },
    ),
    'evaluate by a metric': row(
      method(() => w().model, 'evaluate'),
      () => [[w().data, { loss: crossEntropy(), metrics: [custom()] }]],
      { names: ['evaluate', 'dataset', 'meanSquaredError'] },
    ),
    'confusionMatrix of a model': row(
      held(plain, (owner) => (set: Dataset, options: object) => confusionMatrix(owner, set, options)),
      () => [[w().data, { threshold: 0.5 }]],
      { names: ['confusionMatrix', 'predict'] },
    ),
    'classificationReport of a model': row(
      held(plain, (owner) => (set: Dataset, options: object) => classificationReport(owner, set, options)),
      () => [[w().data, { labels: ['a', 'b'], threshold: 0.5 }]],
      { names: ['classificationReport', 'predict'] },
    ),
    'evaluate by metrics of all rows': row(
      method(() => w().model, 'evaluate'),
      () => [[w().data, { loss: crossEntropy(), metrics: ['auc', 'f1Micro', 'topK(1)', counting()] }]],
      { names: ['evaluate', 'rows', 'dataset'] },
    ),
    'Model.trainer': row(
      method(() => w().model, 'trainer'),
      () => [[{ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), batchSize: 2, seed: 1 }]],
    ),
    'Trainer.step': row(
      held(
        () => w().model.trainer({ loss: crossEntropy(), optimizer: sgd({ learningRate: 0 }), batchSize: 4 }),
        (owner) => method(() => owner, 'step'),
      ),
      () => [
        [new Float32Array(6), Int32Array.of(0, 1)],
        [new Float32Array(6), [0, 1, 1, 0], {}],
      ],
    ),
    'recurrent step': row(
      held(
        () => w().recurrent.trainer({ loss: meanSquaredError(), optimizer: sgd(), batchSize: 2 }),
        (owner) => method(() => owner, 'step'),
      ),
      () => [[new Float32Array(16), [0.5, 1], { lengths: [1, 4] }]],
      { names: ['step'] },
    ),
    'Trainer.stepOn': { exempt: 'internal' },
    'Trainer.programFor': { exempt: 'internal' },
    'Trainer.dispose': row(
      disposing(() => w().model.trainer({ loss: crossEntropy(), optimizer: sgd(), batchSize: 2 })),
      () => [[]],
    ),
  };
}

/** Models, what they return, and training. */
export function modelRows(w: () => World): Rows {
  return { ...making(w), ...predicting(w), ...training(w) };
}
