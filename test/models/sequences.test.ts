// Sequences of variable length through fit, step, evaluate and predict; state from call to call.
import { describe, expect, it } from 'vitest';
import { NonFiniteError, ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { dense, gru, lstm, simpleRnn, type Layer } from '../../src/layers/index.js';
import { crossEntropy, meanSquaredError } from '../../src/losses/index.js';
import { sequential, type Model } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';

withRuntime();

const [B, T, F] = [7, 5, 3];
const lengths = Int32Array.of(5, 1, 3, 2, 5, 4, 1);
const padded = (values: Float32Array, width: number, filling: number): Float32Array =>
  values.map((value, i) => (Math.floor(i / width) % T < lengths[Math.floor(i / (width * T))]! ? value : filling));
const x = numbers(B * T * F, 3);

const cells: readonly (readonly [string, (returnSequences: boolean) => Layer])[] = [
  ['simpleRnn', (returnSequences) => simpleRnn({ units: 6, returnSequences })],
  ['lstm', (returnSequences) => lstm({ units: 6, returnSequences })],
  ['gru', (returnSequences) => gru({ units: 6, returnSequences })],
  ['gru, reset before', (returnSequences) => gru({ units: 6, returnSequences, resetAfter: false })],
];

const build = (layers: Layer[]): Model => sequential({ inputShape: [T, F], seed: 5 }, layers);

describe.each(cells)('%s', (name, cell) => {
  it.each([
    ['many to many', true],
    ['many to one', false],
  ])('%s: what lies past a length changes no bit of loss, weights and prediction', (__, many) => {
    const y = many ? numbers(B * T, 4) : numbers(B, 4);
    const run = (filling: number): [number[], number[], number[]] => {
      const model = build([cell(true), dense({ units: 4, activation: 'relu' }), cell(many), dense({ units: 1 })]);
      const trainer = model.trainer({
        loss: meanSquaredError(),
        optimizer: adam({ learningRate: 0.01 }),
        batchSize: B,
      });
      const batch = padded(x, F, filling);
      const targets = many ? padded(y, 1, filling) : y;
      const losses = [1, 2, 3].map(() => trainer.step(batch, targets, { lengths }));
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(losses[2]!).toBeLessThan(losses[0]!);
      const prediction = model.predict(batch, { lengths });
      const bits = bitPatterns(prediction.data());
      const weights = Object.values(model.getWeights()).flatMap(bitPatterns);
      trainer.dispose();
      prediction.dispose();
      model.dispose();
      return [losses, weights, bits];
    };
    expect(run(NaN)).toEqual(run(0));
    expect(run(1e30)).toEqual(run(0));
  });

  it('a batch of different lengths gives what each sequence gives alone', () => {
    const model = build([cell(true), cell(false)]);
    const whole = model.predict(x, { lengths });
    for (let b = 0; b < B; b++) {
      const alone = tensor(x.slice(b * T * F, (b * T + lengths[b]!) * F), [1, lengths[b]!, F]);
      const [output, state] = model.predictState(alone);
      output.data().forEach((value, j) => expect(value).toBeCloseTo(whole.data()[b * 6 + j]!, 6));
      freeState([alone, output, ...state]);
    }
    whole.dispose();
    model.dispose();
  });

  it('fit and evaluate: the loss is the mean over valid steps, accuracy too', async () => {
    const classes = 3;
    const labels = Int32Array.from(numbers(B * T, 8, 0, classes), Math.floor);
    const model = build([cell(true), dense({ units: classes, activation: 'softmax' })]);
    const data = dataset(tensor3(padded(x, F, NaN)), nested(labels), { lengths });
    const prediction = model.predict(x, { lengths });
    const p = prediction.data();
    prediction.dispose();
    let [loss, right, count] = [0, 0, 0];
    for (let b = 0; b < B; b++)
      for (let t = 0; t < lengths[b]!; t++) {
        const row = p.subarray((b * T + t) * classes, (b * T + t + 1) * classes);
        loss -= Math.log(row[labels[b * T + t]!]!);
        right += Number(row.indexOf(Math.max(...row)) === labels[b * T + t]);
        count++;
      }
    const evaluation = model.evaluate(data, { loss: crossEntropy(), metrics: ['accuracy'] });
    expect(evaluation.loss).toBeCloseTo(loss / count, 5);
    expect(evaluation['accuracy']).toBeCloseTo(right / count, 6);
    const options = {
      loss: crossEntropy(),
      optimizer: adam({ learningRate: 0.02 }),
      epochs: 30,
      batchSize: B,
      metrics: ['accuracy'] as const,
    };
    const history = await model.fit(data, options);
    expect(history.epochs[0]!.loss).toBeCloseTo(loss / count, 5);
    expect(history.epochs[0]!['accuracy']).toBeCloseTo(right / count, 6);
    expect(history.epochs.at(-1)!.loss).toBeLessThan(0.7 * history.epochs[0]!.loss);
    model.dispose();
  });

  it('predictState in pieces is prediction of the whole', () => {
    const model = build([cell(true), dense({ units: 4 }), cell(true)]);
    const whole = model.predict(x);
    const sequence = tensor(x, [B, T, F]);
    const [first, state] = model.predictState(piece(x, 0, 2));
    const [second, end] = model.predictState(piece(x, 2, T), state);
    const [all, last] = model.predictState(sequence);
    const expected = whole.data();
    const joined = [first.data(), second.data()];
    for (let b = 0; b < B; b++)
      for (let t = 0; t < T; t++)
        for (let j = 0; j < 6; j++) {
          const [part, at, steps] = t < 2 ? [joined[0]!, t, 2] : [joined[1]!, t - 2, T - 2];
          expect(part[(b * steps + at) * 6 + j]).toBeCloseTo(expected[(b * T + t) * 6 + j]!, 6);
        }
    expect(end.length).toBe(2);
    for (const kept of [whole, sequence, first, second, all]) kept.dispose();
    for (const kept of [state, end, last]) freeState(kept);
    model.dispose();
  });

  it('refuses what does not fit', () => {
    const model = build([cell(false), dense({ units: 1 })]);
    const trainer = model.trainer({ loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), batchSize: B });
    const y = numbers(B, 4);
    expect(() => model.predict(x, { lengths: [1, 2] })).toThrow(new ShapeError('predict: expected 7 lengths, got 2'));
    expect(() => model.predict(x, { lengths: lengths.map((n) => n - 1) })).toThrow(
      new RangeError('predict: expected lengths from 1 to 5, got 0 at position 1'),
    );
    expect(() => trainer.step(x, y, { lengths: lengths.map((n) => n + 1) })).toThrow(
      new RangeError('step: expected lengths from 1 to 5, got 6 at position 0'),
    );
    expect(() => trainer.step(x, y, { lengths: [1] })).toThrow(new ShapeError('step: expected 7 lengths, got 1'));
    const bad = padded(x, F, NaN);
    bad[F * T * 2] = Infinity;
    expect(() => trainer.step(bad, y, { lengths })).toThrow(
      new NonFiniteError(`step: expected finite x, got Infinity at position ${F * T * 2}`),
    );
    expect(() => trainer.step(padded(x, F, NaN), y)).toThrow(
      new NonFiniteError('step: expected finite x, got NaN at position 18'),
    );
    const state = tensor(numbers(4, 1), [2, 2]);
    const kind = name.replace(/,.*/, '');
    expect(() => model.predictState(x, [state])).toThrow(
      kind === 'lstm'
        ? new TypeError('predictState: lstm: expected the state to be { h, c }, got an f32 tensor [2, 2]')
        : new ShapeError(`predictState: ${kind}: expected state [7, 6], got [2, 2]`),
    );
    expect(() => model.predictState(x, [state, state])).toThrow(
      new ShapeError('predictState: expected a state of 1 entries, one for each recurrent layer, got 2'),
    );
    expect(() => build([cell(false), cell(false)])).toThrow(
      new ShapeError(`sequential: ${kind}_2: ${kind}: expected input [batch, steps, features], got [batch, 6]`),
    );
    state.dispose();
    trainer.dispose();
    model.dispose();
  });
});

function freeState(state: readonly unknown[]): void {
  for (const entry of state) {
    if (typeof entry === 'object' && entry !== null && 'dispose' in entry) (entry as Tensor).dispose();
    else freeState(Object.values(entry as Record<string, Tensor>));
  }
}

function piece(values: Float32Array, begin: number, end: number): number[][][] {
  return Array.from({ length: B }, (_, b) =>
    Array.from({ length: end - begin }, (__, t) =>
      Array.from(values.subarray((b * T + begin + t) * F, (b * T + begin + t + 1) * F)),
    ),
  );
}

const tensor3 = (values: Float32Array): number[][][] => piece(values, 0, T);
const nested = (labels: Int32Array): number[][] =>
  Array.from({ length: B }, (_, b) => Array.from(labels.subarray(b * T, (b + 1) * T)));
