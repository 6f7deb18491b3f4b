// The networks that PyTorch exported, with its answers and gradients (../fixtures/make.py).
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { decodeTensors } from '../../../src/io/safetensors.js';
import { crossEntropy, meanSquaredError, type LabelLoss } from '../../../src/losses/index.js';
import { tensor } from '../../../src/tensors/creation.js';
import type { DType, Tensor } from '../../../src/tensors/tensor.js';

export const names = [
  'mlp',
  'lenet',
  'lenet-fixed',
  'residual',
  'residual-preserved',
  'residual-training',
  'mobile',
  'lstm',
  'lstm-bidirectional',
  'gru',
  'gru-bidirectional',
  'rnn',
  'tagger',
  'transformer',
  'transformer-steps-first',
  'words',
  'decoder',
  'unet',
  'old',
  'everyday',
] as const;

/** A tensor of PyTorch. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface Fixture {
  readonly name: string;
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  readonly input: TorchTensor;
  readonly output: TorchTensor;
  readonly target: TorchTensor;
  readonly loss: LabelLoss;
  readonly lossValue: number;
  /** Of each weight, in the layout of the file. */
  readonly gradients: ReadonlyMap<string, TorchTensor>;
  /** Whether output, loss and gradients are those of a network in training mode. */
  readonly training: boolean;
}

const LOSSES: Readonly<Record<string, () => LabelLoss>> = {
  mse: meanSquaredError,
  crossEntropy,
  crossEntropyFromLogits: () => crossEntropy({ fromLogits: true }),
};

export const fileOf = (name: string): URL => new URL(`../fixtures/${name}.onnx`, import.meta.url);

export const bytesOf = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(fileOf(name)));

export function fixture(name: string): Fixture {
  const file = readFileSync(new URL(`../fixtures/${name}.safetensors`, import.meta.url));
  const { tensors, metadata } = decodeTensors(name, file);
  const held = (key: string): TorchTensor => {
    const { shape = [], data } = tensors.get(key) ?? {};
    if (data instanceof Float32Array || data instanceof Int32Array) return { shape, data };
    throw new RangeError(`${name}: no numbers ${key}`);
  };
  const loss = LOSSES[metadata['loss'] ?? ''];
  if (!loss) throw new RangeError(`${name}: no loss`);
  const prefix = 'gradient/';
  const gradients = [...tensors.keys()].filter((key) => key.startsWith(prefix));
  return {
    name,
    bytes: bytesOf(name),
    input: held('input/0'),
    output: held('output/0'),
    target: held('target'),
    loss: loss(),
    lossValue: held('loss').data[0] ?? NaN,
    gradients: new Map(gradients.map((key) => [key.slice(prefix.length), held(key)])),
    training: metadata['training'] === 'true',
  };
}

export const tensorOf = ({ data, shape }: TorchTensor): Tensor<DType> =>
  data instanceof Int32Array ? tensor(data, shape) : tensor(Float32Array.from(data), shape);

/** Expects values equal up to a share of the largest one, or of `least` if that is larger. */
export function expectNear(what: string, got: ArrayLike<number>, expected: ArrayLike<number>, least = 1e-6): void {
  expect(got.length, what).toBe(expected.length);
  const scale = largestOf(expected, least);
  for (let i = 0; i < expected.length; i++) {
    const [a = NaN, b = NaN] = [got[i], expected[i]];
    if (!(Math.abs(a - b) <= 1e-4 * scale)) expect(a, `${what}[${i}]`).toBe(b);
  }
}

export const largestOf = (values: ArrayLike<number>, least = 0): number =>
  Array.from(values, Math.abs).reduce((a, b) => Math.max(a, b), least);

/** The largest element of all gradients: those that are 0 but for rounding are compared with it. */
export const largestGradient = ({ gradients }: Fixture): number =>
  largestOf([...gradients.values()].map(({ data }) => largestOf(data)));

/** Row-major elements with the axes of `shape` in another order. */
export function permuted({ shape, data }: TorchTensor, perm: readonly number[]): TorchTensor {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((size, axis) => size * axis, 1));
  const to = perm.map((axis) => shape[axis] ?? 1);
  const out = Float32Array.from(data, (_, at) => {
    let [rest, from] = [at, 0];
    for (let i = to.length - 1; i >= 0; i--) {
      const size = to[i] ?? 1;
      from += (rest % size) * (strides[perm[i] ?? 0] ?? 0);
      rest = Math.floor(rest / size);
    }
    return data[from] ?? NaN;
  });
  return { shape: to, data: out };
}

/** The orders of axes in which a weight may be kept. */
function orders(rank: number): number[][] {
  const plain = Array.from({ length: rank }, (_, i) => i);
  const filter = [...plain.slice(2), 1, 0];
  const others: Readonly<Record<number, number[][]>> = {
    2: [[1, 0]],
    3: [filter, [0, 2, 1]],
    4: [filter, [2, 3, 0, 1]],
  };
  return [plain, ...(others[rank] ?? [])];
}

/**
 * The gradients of a model's weights by their names there. Which weight is which shows in the values.
 *
 * @param file weights of the file by name
 * @param kept weights of the model
 */
export function gradientsFor(
  { gradients }: Fixture,
  file: Readonly<Record<string, Tensor>>,
  kept: readonly { readonly name: string; readonly shape: readonly number[]; readonly tensor: Tensor }[],
): Map<string, TorchTensor> {
  const found = new Map<string, TorchTensor>();
  for (const [name, gradient] of gradients) {
    const { shape = [], data } = { shape: file[name]?.shape, data: file[name]?.data() ?? new Float32Array() };
    for (const weight of kept) {
      const values = weight.tensor.data();
      for (const order of orders(shape.length)) {
        const moved = permuted({ shape, data }, order);
        const same =
          String(moved.shape) === String(weight.shape) && moved.data.every((value, i) => value === values[i]);
        if (same) found.set(weight.name, permuted(gradient, order));
      }
    }
  }
  return found;
}
