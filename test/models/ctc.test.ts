// Training with CTC: targets are rows of labels, of which each has as many as it has.
import { describe, expect, it } from 'vitest';
import { dataset } from '../../src/data/index.js';
import { dense, gru } from '../../src/layers/index.js';
import { crossEntropy, ctc } from '../../src/losses/index.js';
import { connect, input, model, sequential } from '../../src/models/index.js';
import { adam, sgd } from '../../src/optimizers/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { DTypeError, ShapeError } from '../../src/core/errors.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';

withRuntime();

const [STEPS, CLASSES, N] = [8, 4, 24];

/** Sequences in which every label is a spike of some steps somewhere, and the labels. */
function spoken() {
  const x = numbers(N * STEPS * 3, 1, -0.1, 0.1);
  const y = new Int32Array(N * 3).fill(-1);
  const lengths = new Int32Array(N);
  for (let row = 0; row < N; row++) {
    lengths[row] = STEPS - (row % 3);
    for (let i = 0, at = row % 2; i < 1 + (row % 3); i++, at += 2) {
      const label = (row * 7 + i * 5) % 3;
      y[row * 3 + i] = label + 1;
      x[(row * STEPS + at) * 3 + label]! += 1;
    }
  }
  const rows = Array.from({ length: N }, (_, row) =>
    Array.from({ length: STEPS }, (_, t) => [...x.slice((row * STEPS + t) * 3, (row * STEPS + t) * 3 + 3)]),
  );
  return { x: rows, y, lengths };
}

const recogniser = (activation: 'linear' | 'softmax' = 'linear') =>
  sequential({ inputShape: [STEPS, 3], seed: 3 }, [
    gru({ units: 8, returnSequences: true }),
    dense({ units: CLASSES, activation }),
  ]);

describe('training with ctc', () => {
  it('learns, with lengths and weights, and is evaluated exactly over batches', async () => {
    const { x, y, lengths } = spoken();
    const data = dataset(x, y, { lengths, weights: lengths.map((_, i) => i % 4) });
    const recognises = recogniser();
    const before = recognises.evaluate(data, { loss: ctc() }).loss;
    await recognises.fit(data, {
      loss: ctc(),
      optimizer: adam({ learningRate: 0.05 }),
      epochs: 40,
      batchSize: 8,
      seed: 1,
    });
    const after = recognises.evaluate(data, { loss: ctc(), batchSize: 5 }).loss;
    expect(after).toBeLessThan(before / 5);
    expectClose([after], [recognises.evaluate(data, { loss: ctc() }).loss], 1e-6);
    tidy(() => {
      const logits = recognises.predict(x, { lengths });
      const own = tensor(lengths, [N], 'i32');
      const weights = tensor(Float32Array.from(lengths, (_, i) => i % 4));
      expectClose([after], [ctc()(logits, tensor(y, [N, 3], 'i32'), weights, own).item()], 1e-5);
    });
    recognises.dispose();
  });

  it('trains a model that ends in softmax on its logits', async () => {
    const { x, y } = spoken();
    const losses: number[] = [];
    for (const activation of ['linear', 'softmax'] as const) {
      const recognises = recogniser(activation);
      const options = { loss: ctc(), optimizer: sgd({ learningRate: 0.1 }), epochs: 3, batchSize: 7, seed: 1 };
      const history = await recognises.fit(dataset(x, y), options);
      losses.push(history.epochs.at(-1)?.loss ?? NaN);
      recognises.dispose();
    }
    expect(losses[0]).toBe(losses[1]);
  });

  it('takes more labels than steps as labels that do not fit', async () => {
    const x = [
      [[1], [0]],
      [[0], [1]],
    ];
    const y = [
      [1, 2, 1],
      [1, -1, -1],
    ];
    const network = sequential({ inputShape: [2, 1], seed: 1 }, [dense({ units: 3 })]);
    const alone = network.evaluate(dataset(x.slice(1), [[1, 0, 0]]), { loss: ctc() }).loss;
    expect(network.evaluate(dataset(x, y), { loss: ctc() }).loss).toBe(Infinity);
    expectClose([network.evaluate(dataset(x, y), { loss: ctc({ zeroInfinity: true }) }).loss], [alone / 2], 1e-6);
    const options = { optimizer: sgd({ learningRate: 0.1 }), epochs: 1 };
    await expect(network.fit(dataset(x, y), { ...options, loss: ctc() })).rejects.toThrow(/finite/);
    await network.fit(dataset(x, y), { ...options, loss: ctc({ zeroInfinity: true }) });
    network.dispose();
    const single = sequential({ inputShape: [1, 1], seed: 1 }, [dense({ units: 3 })]);
    expect(() => single.evaluate(dataset([[[1]]], [[1, 2]]), { loss: ctc() })).toThrow(
      new RangeError('evaluate: expected one label for one step, got 2 in row 0'),
    );
    single.dispose();
  });

  it('trains by steps, and on streams of batches with rows of any number of labels', async () => {
    const { x, y } = spoken();
    const network = recogniser();
    const trainer = network.trainer({ loss: ctc(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 4 });
    const flat = Float32Array.from(x.slice(0, 4).flat(2));
    const wide = trainer.step(flat, y.slice(0, 12));
    expect(trainer.step(flat, [1, -1, -1, -1, 2, -1, -1, -1, 3, -1, -1, -1, 1, 2, -1, -1])).toBeGreaterThan(0);
    expect(wide).toBeGreaterThan(0);
    expect(() => trainer.step(flat, [1, 2, 3])).toThrow(
      new ShapeError('step: expected 4 rows of labels, got 3 values'),
    );
    expect(() => trainer.step(flat, [1, 2, 3, 4])).toThrow(
      new RangeError('step: expected labels from 0 to 3, then -1 or 0, got 4 in row 3'),
    );
    trainer.dispose();
    function* batches() {
      yield {
        x: x.slice(0, 4),
        y: [
          [1, -1],
          [2, -1],
          [3, -1],
          [1, -1],
        ],
      };
      yield {
        x: x.slice(4, 8),
        y: [
          [1, 2],
          [3, 0],
          [1, 3],
          [2, -1],
        ],
      };
    }
    const options = { loss: ctc(), optimizer: sgd({ learningRate: 0.1 }) };
    const { epochs } = await network.fit(batches, { ...options, epochs: 2 });
    expect(epochs.every(({ loss }) => Number.isFinite(loss))).toBe(true);
    network.dispose();
  });

  it('gives metrics of users the labels, refuses those of the library, class weights and several outputs', async () => {
    const { x, y } = spoken();
    const network = recogniser();
    const seen: number[] = [];
    const labels = {
      name: 'labels',
      init: () => 0,
      update: (state: number, _: Float32Array, target: Float32Array) => {
        seen.push(...target.slice(0, STEPS));
        return state + target.filter((label) => label > 0).length;
      },
      result: (state: number) => state,
    };
    const { labels: count } = network.evaluate(dataset(x, y), { loss: ctc(), metrics: [labels] });
    expect(count).toBe(y.filter((label) => label > 0).length);
    expect(seen).toEqual([...y.slice(0, 3).map((label) => Math.max(label, 0)), 0, 0, 0, 0, 0]);
    expect(() => network.evaluate(dataset(x, y), { loss: ctc(), metrics: ['accuracy'] })).toThrow(
      new DTypeError('evaluate: expected 768 targets ([24, 8, 4]) for accuracy, in f32, got i32 ([24, 8])'),
    );
    const fitting = { loss: ctc(), optimizer: sgd({ learningRate: 0.1 }), epochs: 1 };
    await expect(network.fit(dataset(x, y), { ...fitting, classWeights: 'balanced' })).rejects.toThrow(
      typed(ShapeError, /^fit: ctc: expected weights of the first axes of /),
    );
    expect(() =>
      network.evaluate(
        dataset(
          x,
          y.map((label) => label + 3),
        ),
        { loss: ctc() },
      ),
    ).toThrow(typed(RangeError, /^evaluate: expected labels from 0 to 3, then -1 or 0, got \d in row \d/));
    network.dispose();
    const inputs = input({ shape: [STEPS, 3] });
    const [a, b] = [connect(dense({ units: 3 }), inputs), connect(dense({ units: 3 }), inputs)];
    const several = model({ inputs, outputs: [a, b] });
    expect(() =>
      several.trainer({ loss: [ctc(), crossEntropy()], optimizer: sgd({ learningRate: 1 }), batchSize: 2 }),
    ).toThrow(
      new TypeError('trainer: expected ctc as the loss of a model with one output, got an array or object of losses'),
    );
    several.dispose();
    const pooled = sequential({ inputShape: [3], seed: 1 }, [dense({ units: 4 })]);
    expect(() => pooled.evaluate(dataset([[1, 2, 3]], [[1]]), { loss: ctc() })).toThrow(
      new ShapeError('evaluate: expected predictions [steps, classes >= 2] of each row, got [4]'),
    );
    pooled.dispose();
  });

  it('works in functional models with named inputs, validation and a part of the rows', async () => {
    const { x, y } = spoken();
    const inputs = { sound: input({ shape: [STEPS, 3] }) };
    const network = model({ inputs, outputs: connect(dense({ units: CLASSES }), inputs.sound), seed: 2 });
    const options = { loss: ctc(), optimizer: adam({ learningRate: 0.05 }), epochs: 5, validationSplit: 0.25, seed: 1 };
    const { epochs } = await network.fit(dataset({ sound: x }, y), options);
    expect(epochs.at(-1)?.valLoss).toBeLessThan(epochs[0]?.valLoss ?? 0);
    network.dispose();
  });

  it('gives the same bits in a worker', async () => {
    const { x, y, lengths } = spoken();
    const trained: Float32Array[] = [];
    for (const worker of [false, true]) {
      const network = recogniser();
      const options = {
        loss: ctc(),
        optimizer: adam({ learningRate: 0.05 }),
        epochs: 2,
        batchSize: 7,
        seed: 1,
        worker,
      };
      await network.fit(dataset(x, y, { lengths }), options);
      trained.push(...Object.values(network.getWeights()));
      network.dispose();
    }
    const half = trained.length / 2;
    for (let i = 0; i < half; i++) expect(trained[i + half]).toEqual(trained[i]);
    expect(half).toBeGreaterThan(3);
  });
});
