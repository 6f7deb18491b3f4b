// Several inputs and outputs, in order and by name: prediction.
import { describe, expect, expectTypeOf, it } from 'vitest';
import { ShapeError } from '../../src/core/errors.js';
import { dataset } from '../../src/data/index.js';
import { concatenate, dense, embedding, flatten, reshape } from '../../src/layers/index.js';
import { meanSquaredError } from '../../src/losses/index.js';
import { connect, input, model, packRows, sequential, type ModelWith } from '../../src/models/index.js';
import { grad } from '../../src/ops/differentiation.js';
import { sum } from '../../src/ops/sum.js';
import { adam } from '../../src/optimizers/index.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { tensor } from '../../src/tensors/creation.js';
import { isTensor, type Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { wrong } from '../support/wrong.js';
import { typed } from '../support/typed.js';
import { B, byName, dispose, inOrder, left, right, sizes, tensors, graph } from './twoByTwo.js';

withRuntime();

describe('predict', () => {
  it('takes and gives arrays or objects, of the form of inputs and outputs', () => {
    const [ordered, named] = [inOrder(), byName()];
    const [l, r] = tensors() as [Tensor, Tensor];
    const results = [
      ordered.predict([l, r]),
      ordered.predict([left, right]),
      ordered.predict([l, right]),
      Object.values(named.predict([l, r])),
      Object.values(named.predict({ right, left: l.toArray() as number[][] })),
    ];
    for (const [kind, size] of results) {
      expect([kind?.shape, size?.shape]).toEqual([
        [B, 3],
        [B, 2, 1],
      ]);
      expect(bitPatterns(kind!.data())).toEqual(bitPatterns(results[0]![0]!.data()));
      expect(bitPatterns(size!.data())).toEqual(bitPatterns(results[0]![1]!.data()));
    }
    const { kind, size } = named.predict({ left, right });
    expectTypeOf(kind).toEqualTypeOf<Tensor>();
    expectTypeOf(results[0]).toExtend<Tensor[] | undefined>();
    expectTypeOf(ordered).toExtend<ModelWith<[Tensor, Tensor]>>();
    expect(() => named.predict([left])).toThrow(
      new TypeError("predict: expected an array with an entry for each of input 'left', input 'right', got 1 entries"),
    );
    dispose(l, r, kind, size, ordered, named, ...results.flat());
  });

  it('one output is a tensor unless it was given by name', () => {
    const { a, b, kind } = graph();
    const alone = model({ inputs: { left: a, right: b }, outputs: kind });
    const listed = model({ inputs: [a, b], outputs: [kind] });
    const named = model({ inputs: [a, b], outputs: { kind } });
    const single = model({ inputs: { x: a }, outputs: connect(dense({ units: 1 }), a) });
    const results = [alone.predict({ left, right }), listed.predict([left, right]), single.predict({ x: left })];
    expect(results.every(isTensor)).toBe(true);
    const only = named.predict([left, right]).kind;
    expect(only.shape).toEqual([B, 3]);
    expectTypeOf(results[0]!).toEqualTypeOf<Tensor>();
    const plain = single.predict(left);
    expect(bitPatterns(plain.data())).toEqual(bitPatterns(results[2]!.data()));
    dispose(...results, only, plain, alone, listed, named, single);
  });

  it('leaves nothing behind, and works within tidy and grad', () => {
    const network = byName();
    dispose(...Object.values(network.predict({ left, right }))); // the program stays
    const before = liveHandles();
    tidy(() => {
      network.predict({ left, right });
      return undefined;
    });
    const { kind, size } = network.predict({ left, right });
    expect(liveHandles()).toBe(before + 2);
    const [l, r] = tensors() as [Tensor, Tensor];
    const gradient = grad((x: Tensor) => sum(network.predict({ left: x, right: r }).size))(l);
    expect(gradient.shape).toEqual([B, 4]);
    const again = network.apply(Object.fromEntries(network.weights.map((w) => [w.name, w.tensor])), [l, r]);
    expect(bitPatterns(again.size.data())).toEqual(bitPatterns(size.data()));
    dispose(kind, size, gradient, l, r, again.kind, again.size);
    expect(liveHandles()).toBe(before);
    dispose(network);
  });

  it.each([
    [
      'a missing input',
      { left },
      TypeError,
      "predict: expected an entry for input 'right', got an object with keys left",
    ],
    [
      'a misnamed one',
      { left, wrong: right },
      TypeError,
      "predict: expected an entry for each of input 'left', input 'right', got one named 'wrong'",
    ],
    [
      'one too many',
      { left, right, more: right },
      TypeError,
      "predict: expected an entry for each of input 'left', input 'right', got one named 'more'",
    ],
    [
      'too few in order',
      [[[1, 2, 3, 4]]],
      TypeError,
      "predict: expected an array with an entry for each of input 'left', input 'right', got 1 entries",
    ],
    [
      'different batches',
      { left, right: right.subarray(3) },
      ShapeError,
      "predict: expected 6 rows of input 'right' as of input 'left', got 5",
    ],
    [
      'half rows',
      { left, right: right.subarray(1) },
      ShapeError,
      "predict: input 'right': expected input [batch, 3], got [17]",
    ],
    [
      'rows of another shape',
      { left: [[1, 2]], right: [[1, 2, 3]] },
      ShapeError,
      "predict: input 'left': expected input [batch, 4], got [1, 2]",
    ],
  ])('refuses %s', (_, x, type, message) => {
    const network = byName();
    const before = liveHandles();
    expect(() => network.predict(wrong(x))).toThrow(typed(type, message));
    expect(liveHandles()).toBe(before);
    dispose(network);
  });

  it('refuses names where the model has none', () => {
    const network = inOrder();
    expect(() => network.predict({ left, right })).toThrow(
      new TypeError(
        'predict: expected an array with an entry for each of input 0, input 1, got an object with keys left, right',
      ),
    );
    dispose(network);
    const plain = sequential({ inputShape: [4] }, [dense({ units: 1 })]);
    expect(() => plain.predict(wrong({ left }))).toThrow(
      new TypeError('predict: expected numbers, nested arrays or a typed array, got an object with keys left'),
    );
    expect(() => plain.evaluate(dataset({ left }, sizes), { loss: meanSquaredError() })).toThrow(
      new TypeError('evaluate: expected data of one input and one output, got several or named ones'),
    );
    dispose(plain);
  });
});

it('inputs that are indices go through embeddings, and only the right ones', async () => {
  const [user, item] = [input({ shape: [1] }), input({ shape: [2] })];
  const x = connect(
    concatenate(),
    connect([embedding({ inputDim: 5, outputDim: 2 }), flatten()], user),
    connect([reshape({ shape: [2, 1] }), embedding({ inputDim: 9, outputDim: 3 }), flatten()], item),
  );
  const network = model({ inputs: { user, item }, outputs: connect(dense({ units: 1 }), x) });
  const users = tensor(Int32Array.of(4, 0), [2, 1]);
  const prediction = network.predict({
    user: users,
    item: [
      [8, 0],
      [1, 2],
    ],
  });
  expect(prediction.shape).toEqual([2, 1]);
  expect(() =>
    network.predict({
      user: [[5], [0]],
      item: [
        [8, 0],
        [1, 2],
      ],
    }),
  ).toThrow(new RangeError("predict: input 'user': expected indices from 0 to 4, got 5 at position 0"));
  expect(() =>
    network.predict({
      user: users,
      item: [
        [9, 0],
        [1, 2],
      ],
    }),
  ).toThrow(new RangeError("predict: input 'item': expected indices from 0 to 8, got 9 at position 0"));
  const data = dataset({ item: Int32Array.of(8, 0, 1, 2), user: users }, [[1], [2]]);
  const history = await network.fit(data, {
    loss: meanSquaredError(),
    optimizer: adam({ learningRate: 0.1 }),
    epochs: 40,
  });
  expect(history.epochs.at(-1)!.loss).toBeLessThan(0.01);
  const bad = dataset({ item: Int32Array.of(8, 0, 1, 2), user: Int32Array.of(7, 0) }, [[1], [2]]);
  expect(() => network.evaluate(bad, { loss: meanSquaredError() })).toThrow(
    new RangeError("evaluate: input 'user': expected indices from 0 to 4, got 7 at position 0"),
  );
  dispose(users, prediction, network);
});

describe('predictor', () => {
  it('takes and gives arrays of Float32Arrays', () => {
    const network = byName();
    const predictor = network.predictor({ batchSize: B });
    const [kind, size] = [new Float32Array(B * 3), new Float32Array(B * 2)];
    predictor([left, right], [kind, size]);
    const expected = network.predict({ left, right });
    expect(bitPatterns(kind)).toEqual(bitPatterns(expected.kind.data()));
    expect(bitPatterns(size)).toEqual(bitPatterns(expected.size.data()));
    const again = { kind: new Float32Array(B * 3), size: new Float32Array(B * 2) };
    predictor({ right, left }, again);
    expect(again).toEqual({ kind, size });
    const rows = new Float32Array(B * 5);
    predictor(packRows(B, left, right), rows);
    expect(Array.from(rows)).toEqual(Array.from(packRows(B, kind, size)));
    expect(() => predictor([left, left], [kind, size])).toThrow(
      new ShapeError("predictor: expected input 'right' of 18 values, got 24"),
    );
    expect(() => predictor([left, right], [kind])).toThrow(
      new TypeError(
        "predictor: expected an array with an entry for each of output 'kind', output 'size', got 1 entries",
      ),
    );
    expect(() => predictor([left, right], wrong([kind, [1]]))).toThrow(
      new TypeError("predictor: expected output 'size' to be a Float32Array, got [1]"),
    );
    expect(() => predictor(left, rows)).toThrow(
      new ShapeError('predictor: expected input of 42 values ([6, 7]), got 24'),
    );
    dispose(predictor, expected.kind, expected.size, network);
    expect(() => predictor([left, right], [kind, size])).toThrow(
      'predictor: expected a live predictor, got one after dispose()',
    );
  });
});
