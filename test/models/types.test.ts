// What an editor says of logs, evaluations and callbacks: wrong lines must not compile. tsc checks this file.
import { expect, expectTypeOf, it } from 'vitest';
import { mean, sub, type Tensor } from '../../src/index.js';
import {
  earlyStopping,
  type Callback,
  type EpochLog,
  type Evaluation,
  type FitOptions,
  type History,
  type Metric,
  type Model,
} from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();

const { loss, optimizer } = options;
const mae2 = { name: 'mae2', compute: (prediction: Tensor) => mean(prediction) } as const;

it('logs have the metrics by name, and nothing else', async () => {
  await using(toyModel(), async (model) => {
    const history = await model.fit(toyData(16), {
      loss,
      optimizer,
      validationSplit: 0.5,
      metrics: ['accuracy', { name: 'spread', compute: (prediction) => mean(sub(prediction, 1)) }, mae2],
      onEpochEnd: (log) => {
        expectTypeOf(log.accuracy).toEqualTypeOf<number>();
        // @ts-expect-error the name is misspelt
        expect(log.acuracy).toBeUndefined();
      },
    });
    const [log] = history.epochs;
    if (!log) throw new Error('expected a log');
    expectTypeOf(log.loss).toEqualTypeOf<number>();
    expectTypeOf(log.valLoss).toEqualTypeOf<number | undefined>();
    expectTypeOf(log.accuracy).toEqualTypeOf<number>();
    expectTypeOf(log.spread).toEqualTypeOf<number>();
    expectTypeOf(log.valAccuracy).toEqualTypeOf<number | undefined>();
    expectTypeOf(log.valMae2).toEqualTypeOf<number | undefined>();
    // @ts-expect-error the name is misspelt
    expect(log.acuracy).toBeUndefined();
    // @ts-expect-error not among the metrics
    expect(log.meanSquaredError).toBeUndefined();
    expect(Object.keys(log)).toEqual(
      expect.arrayContaining(['accuracy', 'spread', 'mae2', 'valLoss', 'valAccuracy', 'valSpread', 'valMae2']),
    );
    const any: History = history;
    expect(any.epochs[0]?.['accuracy']).toBe(log.accuracy);
  });
});

it('without metrics a log has none', async () => {
  await using(toyModel(), async (model) => {
    const { epochs } = await model.fit(toyData(8), { loss, optimizer });
    expect(epochs[0]?.loss).toBeTypeOf('number');
    // @ts-expect-error no metrics were given
    expect(epochs[0]?.accuracy).toBeUndefined();
  });
});

it('metrics that are no literals leave logs and evaluations indexed by string', async () => {
  await using(toyModel(), async (model) => {
    const metrics: Metric[] = ['accuracy'];
    const wide: FitOptions = { ...options, epochs: 1, metrics };
    const { epochs } = await model.fit(toyData(8), wide);
    expectTypeOf(epochs[0]!).toEqualTypeOf<EpochLog>();
    expectTypeOf(epochs[0]!['accuracy']).toEqualTypeOf<number | undefined>();
    expectTypeOf(epochs[0]!.valLoss).toEqualTypeOf<number | undefined>();
    expect(epochs[0]!['accuracy']).toBeTypeOf('number');
    const evaluation: Evaluation = model.evaluate(toyData(8), { loss, metrics });
    expectTypeOf(evaluation['accuracy']!).toEqualTypeOf<number>();
    expect(evaluation['accuracy']).toBeTypeOf('number');
  });
});

it('a metric that does not exist is an error where it is given', async () => {
  await using(toyModel(), async (model) => {
    // @ts-expect-error the name is misspelt
    await expect(model.fit(toyData(8), { loss, optimizer, metrics: ['acuracy'] })).rejects.toThrow(
      new TypeError(
        "fit: expected a metric to be 'accuracy', 'precision', 'precisionMicro', 'recall', 'recallMicro', 'f1', 'f1Micro', 'auc', 'prAuc', 'r2', 'meanSquaredError', 'rootMeanSquaredError', 'meanAbsoluteError', 'topK(5)', { name, compute } or { name, init, update, result }, got 'acuracy'",
      ),
    );
    // @ts-expect-error a metric gives a tensor
    expect(() => model.evaluate(toyData(8), { loss, metrics: [{ name: 'seven', compute: () => 7 }] })).toThrow(
      new TypeError('evaluate: seven: expected the metric to be a scalar tensor, got 7'),
    );
  });
});

it('evaluate has the metrics by name, and nothing else', async () => {
  await using(toyModel(), (model) => {
    const evaluation = model.evaluate(toyData(8), { loss, metrics: ['accuracy', mae2] });
    expectTypeOf(evaluation.accuracy).toEqualTypeOf<number>();
    expectTypeOf(evaluation.mae2).toEqualTypeOf<number>();
    // @ts-expect-error the name is misspelt
    expect(evaluation.acuracy).toBeUndefined();
    // @ts-expect-error no metrics were given
    expect(model.evaluate(toyData(8), { loss }).accuracy).toBeUndefined();
    const any: Evaluation = evaluation;
    expect(any['accuracy']).toBe(evaluation.accuracy);
  });
});

it('callbacks get the model itself', async () => {
  await using(toyModel(), async (model) => {
    const seen: number[] = [];
    const onEpochEnd: Callback['onEpochEnd'] = (_, { model: own }) => {
      expectTypeOf(own).toEqualTypeOf<Model>();
      seen.push(own.evaluate(toyData(8), { loss, metrics: ['accuracy'] }).accuracy);
    };
    const stopping: Callback = earlyStopping({ monitor: 'loss', patience: 9 });
    await model.fit(toyData(8), { loss, optimizer, callbacks: [{ onEpochEnd }, stopping] });
    const { accuracy } = model.evaluate(toyData(8), { loss, metrics: ['accuracy'] });
    expect(seen).toEqual([accuracy]);
  });
});
