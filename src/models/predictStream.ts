import { show } from '../core/checks.js';
import { onBehalfOf, refuse } from '../core/errors.js';
import { sizeOf } from '../core/shapes.js';
import { leaves, mapTree } from '../core/trees.js';
import { isBatches } from '../data/batches.js';
import { BatchSource, Dataset, type Batch } from '../data/index.js';
import { partOfRows, type SeveralRows } from '../data/parts.js';
import { tensor } from '../tensors/creation.js';
import { tidy } from '../tensors/tidy.js';
import { hasDType, isTensor, type Tensor } from '../tensors/tensor.js';
import type { PredictOptions } from './inferenceModel.js';
import type { ModelInput } from './inputs.js';
import type { Network } from './network.js';
import type { Prediction } from './several/ports.js';
import { yielding } from './yielding.js';

/** What `predict` takes one after the other: inputs, or batches as for `fit`, whose targets are ignored. */
type Item = ModelInput | SeveralRows | Batch;

/** A stream of batches to predict from, or a function that returns one. */
export type InputStream =
  BatchSource | Iterable<Item> | AsyncIterable<Item> | (() => Iterable<Item> | AsyncIterable<Item>);

/** Whether it is a stream, and not rows. Arrays are rows unless their items are `{ x }`. */
export function isStream(x: unknown): x is InputStream {
  return x instanceof BatchSource || isBatches(x);
}

/** The inputs of checked rows, as `predict` takes them. */
function inputsOf({ x, size, xShape, inputs }: Dataset): unknown {
  if (!inputs) return tensor(x, [size, ...xShape]);
  let begin = 0;
  const parts = inputs.map((part): [string | undefined, Tensor] => {
    const values = partOfRows(x, size, begin, part);
    begin += values.length / size;
    return [part.name, tensor(values, [size, ...part.shape])];
  });
  if (inputs[0]?.name === undefined) return parts.map(([, values]) => values);
  return Object.fromEntries(parts.map(([name = '', values]) => [name, values]));
}

/** Axes of nested arrays, of which typed arrays are the last. */
const depthOf = (x: unknown): number => (Array.isArray(x) ? 1 + depthOf(x[0]) : ArrayBuffer.isView(x) ? 1 : 0);

/** Inputs and lengths of one batch; `[x, y]` is one if x is a batch itself. */
function batchOf(item: unknown, network: Network): { readonly x: ModelInput; readonly lengths?: ArrayLike<number> };
// `predict`, which is given them, checks that they are what the type says.
function batchOf(item: unknown, { ports, inputShape }: Network): unknown {
  if (item instanceof Dataset) return { x: inputsOf(item), lengths: item.lengths };
  if (Array.isArray(item) && item.length === 2 && !ports) {
    const first: unknown = item[0];
    return { x: isTensor(first) || depthOf(first) > inputShape.length ? first : item };
  }
  return typeof item === 'object' && item !== null && !ArrayBuffer.isView(item) && 'x' in item ? item : { x: item };
}

/** The items of a stream. */
function itemsOf(stream: InputStream): Iterable<unknown> | AsyncIterable<unknown> {
  if (typeof stream !== 'function') return stream;
  const items: unknown = stream();
  if (Array.isArray(items) || (isStream(items) && typeof items !== 'function')) return items;
  refuse(TypeError, 'predict', 'a function that returns an iterable of batches', `one that returns ${show(items)}`);
}

const isFloats = (value: unknown): value is Tensor => isTensor(value) && hasDType(value, 'f32');

const isPrediction = (value: unknown): value is Prediction => typeof value === 'object';

/** The arrays of all batches, one after the other, as a tensor like those of the last. */
function joined(batches: readonly Float32Array[], { shape }: Tensor): Tensor {
  const all = new Float32Array(batches.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const batch of batches) {
    all.set(batch, at);
    at += batch.length;
  }
  const row = shape.slice(1);
  return tensor(all, [all.length / sizeOf(row), ...row]);
}

/** All predictions of a stream, batch after batch. `predict` predicts one. */
export async function predictStream(
  stream: InputStream,
  network: Network,
  predict: (x: ModelInput, options: PredictOptions) => unknown,
): Promise<Prediction> {
  const rest = yielding();
  const found: Float32Array[][] = [];
  let last: unknown;
  for await (const item of itemsOf(stream)) {
    last = onBehalfOf(`predict: batch ${found.length + 1}`, () =>
      tidy(() => {
        const { x, lengths } = batchOf(item, network);
        if (isStream(x)) refuse(TypeError, 'predict', 'one batch of inputs', show(x)); // there would be no end of promises
        return predict(x, lengths === undefined ? {} : { lengths });
      }),
    );
    const tensors = leaves(last, isFloats);
    found.push(tensors.map((each) => each.data()));
    for (const each of tensors) each.dispose();
    await rest();
  }
  if (!isPrediction(last)) refuse(RangeError, 'predict', 'at least one batch', 'none');
  const none = new Float32Array();
  return mapTree(last, isFloats, (each, i) =>
    joined(
      found.map((batch) => batch[i] ?? none),
      each,
    ),
  );
}
