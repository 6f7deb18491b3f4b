// Runs ONNX files with ONNX Runtime Web, and compares with the model's own predictions.
import * as ort from 'onnxruntime-web';
import { expect } from 'vitest';
import type { Model } from '../../src/models/index.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { exportOnnx, importOnnx, type ExportOnnxOptions } from '../../src/onnx/index.js';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

/** Values and shape of an output. */
interface Result {
  readonly dims: readonly number[];
  readonly data: readonly number[];
}

export interface Feed {
  readonly dims: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** The outputs by name. */
export async function run(bytes: Uint8Array, feeds: Readonly<Record<string, Feed>>): Promise<Map<string, Result>> {
  const session = await ort.InferenceSession.create(bytes);
  try {
    const tensors = Object.entries(feeds).map(([name, { data, dims }]) => {
      const tensor =
        data instanceof Int32Array ? new ort.Tensor('int32', data, dims) : new ort.Tensor('float32', data, dims);
      return [name, tensor] as const;
    });
    const results = await session.run(Object.fromEntries(tensors));
    return new Map(
      session.outputNames.map((name) => {
        const { dims, data } = results[name] ?? new ort.Tensor('float32', [], [0]);
        if (!(data instanceof Float32Array)) throw new Error(`${name} is not f32`);
        return [name, { dims, data: [...data] }];
      }),
    );
  } finally {
    await session.release();
  }
}

/** Expects equal values up to a few roundings of the largest one. */
export function expectClose(got: readonly number[], expected: ArrayLike<number>, tolerance = 2e-6): void {
  expect(got).toHaveLength(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  got.forEach((value, i) => {
    const other = expected[i] ?? NaN;
    const close = Object.is(value, other) || Math.abs(value - other) <= tolerance * scale;
    if (!close) expect(value, `value ${i}`).toBe(other);
  });
}

/** Numbers of both signs that repeat rarely. */
export const numbers = (count: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: count }, (_, i) => ((37 * i + 11) % 101) / 25 - 2);

const sizeOf = (shape: readonly number[]): number => shape.reduce((total, size) => total * size, 1);

interface Comparison extends ExportOnnxOptions {
  /** Rows; the file must take any number. */
  readonly batches?: readonly number[];
  /** The inputs hold indices below this. */
  readonly indices?: number;
  readonly tolerance?: number;
}

/** Expects that the file of a model, imported again, predicts the same. */
async function expectImported(bytes: Uint8Array, x: Tensor, lengths: Int32Array | undefined, expected: Tensor) {
  using copy = await importOnnx(bytes);
  const several: { predict(x: unknown): Tensor } = copy; // of one or two inputs
  using y = several.predict(lengths ? { input: x, lengths } : x);
  expect(y.shape).toEqual(expected.shape);
  expectClose(Array.from(y.data()), expected.data());
}

/** Expects that ONNX Runtime predicts what a model with one input and one output does; also the file imported again. */
export async function expectSame(model: Model, options: Comparison = {}): Promise<void> {
  const { batches = [1, 4], indices, tolerance, ...exportOptions } = options;
  const bytes = exportOnnx(model, exportOptions);
  const steps = model.inputShape[0] ?? 1;
  for (const batch of batches) {
    const dims = [batch, ...model.inputShape];
    const values = numbers(sizeOf(dims));
    const x = indices === undefined ? values : values.map((_, i) => (7 * i) % indices);
    const lengths = exportOptions.lengths
      ? Int32Array.from({ length: batch }, (_, i) => 1 + ((2 * i) % steps))
      : undefined;
    using expected = model.predict(x, lengths ? { lengths } : {});
    const feeds = { input: { dims, data: x }, ...(lengths && { lengths: { dims: [batch], data: lengths } }) };
    const output = (await run(bytes, feeds)).get('output');
    expect(output?.dims).toEqual(expected.shape);
    expectClose(output?.data ?? [], expected.data(), tolerance);
    using input = tensor(x, dims);
    await expectImported(bytes, input, lengths, expected);
  }
}
