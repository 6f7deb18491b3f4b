// Operators whose options ONNX's cases do not have, beside ONNX Runtime Web. What its release lacks is beside a formula.
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-web';
import { describe, expect, it, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import { valueAndGrad } from '../../../src/ops/differentiation.js';
import { onnxFunction } from '../../../src/onnx/index.js';
import { operators } from '../../../src/onnx/import/operators/index.js';
import { sum } from '../../../src/ops/sum.js';
import { square } from '../../../src/ops/square.js';
import { tensor } from '../../../src/tensors/creation.js';
import { tidy } from '../../../src/tensors/tidy.js';
import { isTensor, hasDType, type Tensor } from '../../../src/tensors/tensor.js';
import { withRuntime } from '../../support/live.js';
import { encodeOnnx, type TestAttribute, type TestTensor, type TestType } from './encode.js';

withRuntime();
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, axis) => size * axis, 1);

/** Numbers of both signs that repeat rarely. */
const f32 = (...shape: number[]): TestTensor => ({
  dtype: 'f32',
  shape,
  data: Array.from({ length: sizeOf(shape) }, (_, i) => Math.fround((((37 * i + 11 * shape.length) % 101) / 50 - 1) * 0.9)), // prettier-ignore
});

const list = (dtype: TestType, ...data: number[]): TestTensor => ({ dtype, shape: [data.length], data });

interface Single {
  readonly op: string;
  readonly opset?: number;
  /** '' for an input that is left out. */
  readonly inputs: readonly (TestTensor | '')[];
  readonly attributes?: Readonly<Record<string, TestAttribute>>;
  readonly outputs?: readonly (TestType | '')[];
}

function fileOf({ op, opset = 17, inputs, attributes, outputs = ['f32'] }: Single): Uint8Array<ArrayBuffer> {
  const names = inputs.map((input, i) => (input === '' ? '' : `x${i}`));
  return encodeOnnx({
    opset,
    nodes: [{ op, name: 'n', inputs: names, outputs: outputs.map((type, i) => type && `y${i}`), attributes }],
    inputs: Object.fromEntries(inputs.flatMap((input, i) => (input === '' ? [] : [[`x${i}`, input]]))),
    outputs: Object.fromEntries(outputs.flatMap((dtype, i) => (dtype === '' ? [] : [[`y${i}`, { dtype }]]))),
  });
}

function feed({ dtype, shape, data }: TestTensor): ort.Tensor {
  if (dtype === 'i64') return new ort.Tensor('int64', BigInt64Array.from(data, BigInt), shape);
  if (dtype === 'i32') return new ort.Tensor('int32', Int32Array.from(data), shape);
  if (dtype === 'bool') return new ort.Tensor('bool', Uint8Array.from(data), shape);
  return new ort.Tensor('float32', Float32Array.from(data), shape);
}

async function expected(given: Single): Promise<Map<string, { dims: readonly number[]; data: number[] }>> {
  const session = await ort.InferenceSession.create(fileOf(given));
  const inputs = given.inputs.flatMap((input, i) => (input === '' ? [] : [[`x${i}`, feed(input)] as const]));
  const results = await session.run(Object.fromEntries(inputs));
  await session.release();
  return new Map(
    Object.entries(results).map(([name, { dims, data }]) => [name, { dims, data: Array.from(data, Number) }]),
  );
}

const inputsOf = ({ inputs }: Single) =>
  Object.fromEntries(
    inputs.flatMap((input, i) => {
      if (input === '') return [];
      return [[`x${i}`, tensor(input.dtype === 'f32' ? Float32Array.from(input.data) : Int32Array.from(input.data), input.shape)]]; // prettier-ignore
    }),
  );

async function expectSame(given: Single): Promise<void> {
  using f = await onnxFunction(fileOf(given));
  const inputs = inputsOf(given);
  const outputs = f.run(inputs);
  for (const [name, { dims, data }] of await expected(given)) {
    const got = outputs[name];
    expect(got?.shape, name).toEqual(dims);
    const scale = Math.max(1, ...data.filter(Number.isFinite).map(Math.abs));
    (got ? Array.from(got.data()) : []).forEach((value, i) => {
      const other = data[i] ?? NaN;
      const close = Object.is(value, other) || Math.abs(value - other) <= 2e-6 * scale;
      if (!close) expect(value, `${name}[${i}]`).toBe(other);
    });
  }
  for (const each of [...Object.values(inputs), ...Object.values(outputs)]) each.dispose();
}

const [T, B, I, U] = [4, 3, 2, 5];

function recurrent(
  op: 'RNN' | 'LSTM' | 'GRU',
  directions: 1 | 2,
  attributes: Single['attributes'] = {},
  more: readonly (TestTensor | '')[] = [],
): Single {
  // prettier-ignore
  const gates = { RNN: 1, LSTM: 4, GRU: 3 }[op];
  const inputs = [f32(T, B, I), f32(directions, gates * U, I), f32(directions, gates * U, U), ...more];
  const outputs: TestType[] = op === 'LSTM' ? ['f32', 'f32', 'f32'] : ['f32', 'f32'];
  const direction = directions === 2 ? 'bidirectional' : 'forward';
  return { op, opset: 14, inputs, attributes: { direction, hidden_size: U, ...attributes }, outputs };
}

const bias = (gates: number, directions = 1): TestTensor => f32(directions, 2 * gates * U);
const lengths = list('i32', 4, 1, 3);
const state = (directions = 1): TestTensor => f32(directions, B, U);

const recurrentCases: Readonly<Record<string, Single>> = {
  'RNN with everything': recurrent('RNN', 2, {}, [bias(1, 2), lengths, state(2)]),
  'RNN backwards': recurrent('RNN', 1, { direction: 'reverse' }, [bias(1), lengths]),
  'RNN with relu and leakyRelu': recurrent('RNN', 2, { activations: ['Relu', 'LeakyRelu'], activation_alpha: { floats: [0.3] } }, [bias(1, 2)]), // prettier-ignore
  'RNN with affine and scaled tanh': recurrent('RNN', 2, { activations: ['Affine', 'ScaledTanh'], activation_alpha: { floats: [0.4, 0.7] }, activation_beta: { floats: [0.1, 0.6] } }), // prettier-ignore
  'RNN with a limit': recurrent('RNN', 1, { clip: { float: 0.2 } }, [bias(1)]),
  'RNN with hardSigmoid and elu': recurrent('RNN', 2, { activations: ['HardSigmoid', 'Elu'], activation_alpha: { floats: [0.3, 0.8] }, activation_beta: { floats: [0.4] } }), // prettier-ignore
  'RNN with softsign and softplus': recurrent('RNN', 2, { activations: ['Softsign', 'Softplus'] }),
  LSTM: recurrent('LSTM', 1, {}, [bias(4)]),
  'LSTM with everything': recurrent('LSTM', 2, {}, [bias(4, 2), lengths, state(2), state(2)]),
  'LSTM backwards': recurrent('LSTM', 1, { direction: 'reverse' }, [bias(4), lengths, state(), state()]),
  'LSTM with peepholes': recurrent('LSTM', 2, {}, [bias(4, 2), lengths, state(2), state(2), f32(2, 3 * U)]),
  'LSTM with coupled gates': recurrent('LSTM', 1, { input_forget: 1 }, [bias(4)]),
  'LSTM with other activations': recurrent('LSTM', 1, { activations: ['HardSigmoid', 'Softsign', 'Relu'], activation_alpha: { floats: [0.2] }, activation_beta: { floats: [0.5] } }, [bias(4)]), // prettier-ignore
  GRU: recurrent('GRU', 1, {}, [bias(3)]),
  'GRU with everything': recurrent('GRU', 2, {}, [bias(3, 2), lengths, state(2)]),
  'GRU that resets after the product': recurrent('GRU', 2, { linear_before_reset: 1 }, [bias(3, 2), lengths, state(2)]),
  'GRU backwards': recurrent('GRU', 1, { direction: 'reverse', linear_before_reset: 1 }, [bias(3), lengths]),
  'GRU with other activations': recurrent('GRU', 1, { activations: ['HardSigmoid', 'Relu'], linear_before_reset: 1 }, [bias(3)]), // prettier-ignore
  'GRU with other activations that resets before': recurrent('GRU', 1, { activations: ['Sigmoid', 'Softsign'] }, [bias(3), '', state()]), // prettier-ignore
};

const x = f32(2, 3, 4);
const cases: Readonly<Record<string, Single>> = {
  ...recurrentCases,
  ReverseSequence: { op: 'ReverseSequence', inputs: [f32(4, 3, 2), list('i64', 4, 1, 3)] },
  'ReverseSequence of batches': { op: 'ReverseSequence', inputs: [f32(3, 4), list('i64', 2, 0, 4)], attributes: { batch_axis: 0, time_axis: 1 } }, // prettier-ignore
  ...Object.fromEntries(
    ['Sum', 'Mean', 'Max', 'Min', 'Prod', 'L1', 'L2', 'LogSumExp', 'SumSquare'].flatMap((name): [string, Single][] => [
      [`Reduce${name} over two axes`, { op: `Reduce${name}`, opset: 11, inputs: [x], attributes: { axes: [-1, 0], keepdims: 0 } }], // prettier-ignore
      [`Reduce${name} of all`, { op: `Reduce${name}`, opset: 13, inputs: [x], attributes: { keepdims: 0 }, }], // prettier-ignore
      [`Reduce${name} over one axis`, { op: `Reduce${name}`, opset: 18, inputs: [x, list('i64', 1)] }],
    ]),
  ),
  'ReduceMax of integers': { op: 'ReduceMax', inputs: [list('i64', 3, 9, -4)], attributes: { axes: [0] }, outputs: ['i64'] }, // prettier-ignore
  'ArgMax of ties': { op: 'ArgMax', inputs: [list('f32', 1, 3, 3, 2)], attributes: { axis: 0, select_last_index: 1 }, outputs: ['i64'] }, // prettier-ignore
  CumSum: { op: 'CumSum', inputs: [x, list('i64', -1)] },
  'CumSum from the end': { op: 'CumSum', inputs: [x, list('i64', 1)], attributes: { reverse: 1 } },
  'CumSum before each': { op: 'CumSum', inputs: [list('f32', 1e8, 0.25, 1, 2), list('i64', 0)], attributes: { exclusive: 1 } }, // prettier-ignore
  'CumSum before each from the end': { op: 'CumSum', inputs: [x, list('i64', 2)], attributes: { exclusive: 1, reverse: 1 } }, // prettier-ignore
  'Hardmax of all axes from one on': { op: 'Hardmax', opset: 11, inputs: [x], attributes: { axis: 1 } },
  'BatchNormalization of rows': { op: 'BatchNormalization', opset: 14, inputs: [f32(3, 4), f32(4), f32(4), f32(4), list('f32', 1, 2, 0.5, 3)] }, // prettier-ignore
  'BatchNormalization of images': { op: 'BatchNormalization', opset: 9, inputs: [f32(2, 3, 4, 5), f32(3), f32(3), f32(3), list('f32', 1, 2, 0.5)], attributes: { epsilon: { float: 0.1 } } }, // prettier-ignore
  'BatchNormalization of sequences': { op: 'BatchNormalization', opset: 15, inputs: [f32(2, 3, 4), f32(3), f32(3), f32(3), list('f32', 1, 2, 0.5)] }, // prettier-ignore
  'InstanceNormalization of sequences': { op: 'InstanceNormalization', inputs: [f32(2, 3, 4), f32(3), f32(3)] },
  'LayerNormalization over two axes': { op: 'LayerNormalization', inputs: [x, f32(3, 4), f32(3, 4)], attributes: { axis: 1 } }, // prettier-ignore
  'LayerNormalization without shift': { op: 'LayerNormalization', inputs: [x, f32(4)], outputs: ['f32'] },
  LpNormalization: { op: 'LpNormalization', inputs: [x], attributes: { axis: 1, p: 1 } },
  'LRN': { op: 'LRN', inputs: [f32(2, 5, 3, 3)], attributes: { size: 3, alpha: { float: 0.5 }, beta: { float: 0.6 }, bias: { float: 1.5 } } }, // prettier-ignore
  'MeanVarianceNormalization': { op: 'MeanVarianceNormalization', inputs: [f32(2, 3, 4, 5)], attributes: { axes: [0, 1] } }, // prettier-ignore
  'SoftmaxCrossEntropyLoss of images': { op: 'SoftmaxCrossEntropyLoss', opset: 13, inputs: [f32(2, 3, 2, 2), { dtype: 'i64', shape: [2, 2, 2], data: [0, 1, 2, 0, 2, 2, 1, 0] }, f32(3)], attributes: { ignore_index: 1, reduction: 'sum' }, outputs: ['f32', 'f32'] }, // prettier-ignore
};

describe('like in ONNX Runtime', () => {
  test.each(Object.entries(cases))('%s', async (_, given) => {
    await expectSame(given);
  });
});

describe('determinants', () => {
  const matrix = [2, -1, 0, 3, 1, 4, -2, 1, 0, 5, 1, 2, 3, 1, -1, 2];

  /** By elimination, with the largest pivot. */
  function determinant(values: readonly number[], n: number): number {
    const rows = Array.from({ length: n }, (_, i) => values.slice(i * n, (i + 1) * n));
    let product = 1;
    for (let k = 0; k < n; k++) {
      const best = rows.reduce((at, row, i) => (i >= k && Math.abs(row[k] ?? 0) > Math.abs(rows[at]?.[k] ?? 0) ? i : at), k); // prettier-ignore
      [rows[k], rows[best]] = [rows[best] ?? [], rows[k] ?? []];
      const pivot = rows[k]?.[k] ?? 0;
      product *= best === k ? pivot : -pivot;
      for (const row of rows.slice(k + 1)) {
        const share = (row[k] ?? 0) / pivot;
        row.forEach((value, j) => (row[j] = value - share * (rows[k]?.[j] ?? 0)));
      }
    }
    return product;
  }

  it.each([1, 2, 3, 4])('of %d rows', async (n) => {
    const square2 = Array.from({ length: n * n }, (_, i) => matrix[Math.floor(i / n) * 4 + (i % n)] ?? 0);
    const given: Single = { op: 'Det', inputs: [{ dtype: 'f32', shape: [2, n, n], data: [...square2, ...square2.map((value) => value + 1)] }] }; // prettier-ignore
    using f = await onnxFunction(fileOf(given));
    const { x0 = tensor(0) } = inputsOf(given);
    const { y0 } = f.run([x0]);
    const both = [square2, square2.map((value) => value + 1)].map((values) => determinant(values, n));
    both.forEach((value, i) => expect(y0?.data()[i]).toBeCloseTo(value, 4));
    x0.dispose();
    y0?.dispose();
  });

  it('of seven rows are refused', async () => {
    using f = await onnxFunction(fileOf({ op: 'Det', inputs: [f32(7, 7)] }));
    using input = tensor(new Float32Array(49), [7, 7]);
    expect(() => f.run([input])).toThrow(
      new FormatError("run: expected square matrices of at most 6 rows, got [7, 7] (Det 'n')"),
    );
  });
});

describe('gradients', () => {
  /** The gradient of the sum of squares of the first output by all float inputs, beside differences. */
  async function checkGradient(given: Single): Promise<void> {
    using f = await onnxFunction(fileOf(given));
    const inputs = inputsOf(given);
    const floats = Object.fromEntries(Object.entries(inputs).filter((entry): entry is [string, Tensor] => hasDType(entry[1], 'f32'))); // prettier-ignore
    const loss = (moved: Record<string, Tensor>): Tensor => {
      const { y0 } = f.run({ ...inputs, ...moved });
      if (!isTensor(y0) || !hasDType(y0, 'f32')) throw new TypeError('no output');
      return sum(square(y0));
    };
    const [value, gradients] = valueAndGrad(loss)(floats);
    const base = value.item();
    for (const [name, from] of Object.entries(floats)) {
      const data = from.data();
      const at = Math.floor(data.length / 2);
      const step = 1e-3;
      const moved = (by: number): number => {
        using shifted = tensor(data.map((each, i) => (i === at ? each + by : each)), from.shape); // prettier-ignore
        using result = tidy(() => loss({ ...floats, [name]: shifted }));
        return result.item();
      };
      const slope = (moved(step) - moved(-step)) / (2 * step);
      expect(Math.abs((gradients[name]?.data()[at] ?? NaN) - slope), name).toBeLessThan(2e-3 * Math.max(1, base));
    }
    for (const each of [value, ...Object.values(gradients), ...Object.values(inputs)]) each.dispose();
  }

  const names = ['RNN with everything', 'LSTM with everything', 'LSTM with peepholes', 'LSTM with coupled gates', 'GRU with everything', 'GRU that resets after the product', 'ReduceProd over one axis', 'ReduceLogSumExp over one axis', 'BatchNormalization of images', 'InstanceNormalization of sequences', 'LayerNormalization over two axes', 'LRN', 'MeanVarianceNormalization', 'SoftmaxCrossEntropyLoss of images']; // prettier-ignore
  it.each(names)('of %s', async (name) => {
    const given = cases[name];
    if (!given) throw new RangeError(name);
    await checkGradient(given);
  });
});

describe('lengths of sequences', () => {
  it.each([
    [[0, 1, 3], 'sequence_lens from 1 to 4, got 0'],
    [[1, 2, 5], 'sequence_lens from 1 to 4, got 5'],
    [[1, 2], 'sequence_lens [3], got [2]'],
  ])('%j are refused', async (values, message) => {
    const given = recurrent('GRU', 1, {}, [bias(3), list('i32', ...values)]);
    using f = await onnxFunction(fileOf(given));
    const inputs = inputsOf(given);
    expect(() => f.run(inputs)).toThrow(new FormatError(`run: expected ${message} (GRU 'n')`));
    for (const each of Object.values(inputs)) each.dispose();
  });
});

test('the documentation names every operator', () => {
  const text = readFileSync(new URL('../../../docs/onnx.md', import.meta.url), 'utf8');
  const table = /### Operators([^]*?)\n\nWhole numbers/.exec(text)?.[1] ?? '';
  const named = table.match(/\b[A-Z][A-Za-z0-9]+/g) ?? [];
  expect(new Set(named.filter((name) => name !== 'Opsets'))).toEqual(new Set(Object.keys(operators)));
});
