import { isPlain, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { Dataset, type TrainingData } from '../data/index.js';
import type { Layer } from '../layers/layer.js';
import type { FitOptions, History, Model } from '../models/index.js';
import type { Receipt, ReceiptData } from '../models/receipt.js';
import { release } from '../runtime/generated/release.js';
import { runtime } from '../runtime/state.js';
import { isTensor } from '../tensors/tensor.js';
import { sha256 } from './sha256.js';

const MAX_DEPTH = 8;

/** Options of `fit` that are described otherwise, or change no weight. */
const APART = ['loss', 'optimizer', 'seed', 'validation', 'from', 'receipt', 'metrics', 'progress', 'worker', 'signal', 'onBatchEnd', 'onEpochEnd', 'reset']; // prettier-ignore

/** A copy as plain data that is the same text on every machine: keys in order, functions only as such. */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'number' || typeof value === 'bigint') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isTensor(value) || ArrayBuffer.isView(value) || depth > MAX_DEPTH) return show(value);
  if (Array.isArray(value)) return Array.from(value, (item: unknown) => plain(item, depth + 1));
  if (!isPlain(value)) return value instanceof RegExp ? String(value) : show(value);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, plain(entry, depth + 1)])); // prettier-ignore
}

function describeLayer({ kind = 'custom', config, inner, trainable }: Layer): unknown {
  return plain({ kind, config, trainable, ...(inner && { inner: describeLayer(inner) }) });
}

function describeLoss(loss: unknown): unknown {
  if (typeof loss !== 'function') return plain(loss); // of several outputs
  return plain('config' in loss && 'kind' in loss ? { kind: loss.kind, config: loss.config } : loss);
}

function describeLosses(loss: unknown): unknown {
  if (Array.isArray(loss)) return loss.map(describeLoss);
  if (!isPlain(loss)) return describeLoss(loss);
  return Object.fromEntries(Object.entries(loss).map(([name, each]) => [name, describeLoss(each)]));
}

/** What determines a training besides rows, weights and seed. Defaults are filled in, so that both ways to write them agree. */
function describe({ network }: Model, options: FitOptions): Readonly<Record<string, unknown>> {
  const {
    loss,
    optimizer,
    batchSize = 32,
    epochs = 1,
    shuffle = true,
    accumulate = 1,
    callbacks = [],
    ...rest
  } = options;
  const others = Object.entries(rest).filter(([name, value]) => !APART.includes(name) && value !== undefined);
  const { name, config, learningRate } = optimizer;
  return {
    inputShape: network.inputShape,
    layers: network.layers.map(({ name: own, layer, inputs }) => ({ name: own, inputs, layer: describeLayer(layer) })),
    frozen: network.weights.filter(({ state }) => state.frozen).map((weight) => weight.name),
    loss: describeLosses(loss),
    optimizer: plain({ name, config, learningRate }),
    fit: plain({ ...Object.fromEntries(others), batchSize, epochs, shuffle, accumulate, callbacks: callbacks.length }),
  };
}

function hashData(where: string, data: TrainingData): ReceiptData {
  if (!(data instanceof Dataset)) refuse(TypeError, where, 'data made by dataset(x, y) for a receipt', 'an iterable of batches'); // prettier-ignore
  const { size, x, xShape, y, yShape, lengths, inputs, targets, weights, isIndices } = data;
  const form = plain({ size, xShape, yShape, isIndices, inputs, targets, lengths: lengths?.length, weights: weights?.length }); // prettier-ignore
  const parts = [x, y, lengths, weights].filter((part) => part !== undefined);
  return { rows: size, sha256: sha256(JSON.stringify(form), ...parts) };
}

/** Weights by name and shape, or any other arrays by name. */
function hashWeights({ network, ...model }: Pick<Model, 'network' | 'getWeights'>): string {
  const shapes = network.weights.map(({ name, shape }) => [name, shape]);
  return sha256(JSON.stringify(shapes), ...Object.values(model.getWeights()));
}

/** The SHA-256 of the weights of a model, which a receipt of its training has as `weights`. */
export function weightsHash(model: Model): string {
  return hashWeights({ network: model.network, getWeights: () => model.getWeights() });
}

/** The state that training goes on with: that of a snapshot, or of the last training with the same optimizer. */
function hashState(model: Model, { from, optimizer, reset }: FitOptions): string | undefined {
  const kept = model.trainingState;
  const state = from ?? (kept && !reset && 'optimizer' in kept && kept.optimizer === optimizer ? kept : undefined);
  if (!state) return undefined;
  const { slots, cells, key, epoch, steps, learningRate } = state;
  const text = JSON.stringify([Object.keys(slots), epoch, steps, learningRate ?? null]);
  return sha256(text, ...Object.values(slots), cells, key, ...(from ? Object.values(from.weights) : []));
}

/** The facts that are known before training. */
export type Beginning = Omit<Receipt, 'epochs' | 'stopped' | 'weights'>;

/** Takes down what is known before training. @throws TypeError */
export function beginning(where: string, model: Model, data: TrainingData, options: FitOptions): Beginning {
  const { simd } = runtime().info;
  const initialState = hashState(model, options);
  return {
    format: 1,
    version: release.version,
    kernels: { simd, sha256: release.kernels[simd] },
    data: hashData(where, data),
    ...(options.validation && { validation: hashData(where, options.validation) }),
    configuration: describe(model, options),
    seed: options.seed ?? 0,
    initialWeights: weightsHash(model),
    ...(initialState !== undefined && { initialState }),
  };
}

/**
 * Makes the receipt of a training, as the option `receipt` of `fit`: `history.receipt` then holds everything that
 * determines the trained weights (version and kernels, a SHA-256 of the data, layers, loss, optimizer, options, seed,
 * initial weights) and a SHA-256 of the trained weights. As the bits are the same on every machine, anybody can train again
 * and compare: see `verifyReceipt`. Functions, such as schedules and losses of your own, are not described, but their effect
 * is in the weights.
 *
 * @throws TypeError for data that are not made by `dataset(x, y)`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dataset } from 'wasmgrad/data';
 * import { makeReceipt } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { meanSquaredError } from 'wasmgrad/losses';
 * import { sequential } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * await init();
 * const model = sequential({ inputShape: [1], seed: 1 }, [dense({ units: 1 })]);
 * const data = dataset([[0], [1], [2], [3]], [[1], [3], [5], [7]]);
 * const options = { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), epochs: 20 };
 * const history = await model.fit(data, { ...options, receipt: makeReceipt });
 * console.log(history.receipt?.weights.length); // 64
 * model.dispose();
 * ```
 */
export function makeReceipt(model: Model, data: TrainingData, options: FitOptions): (history: History) => History {
  const begun = beginning('fit', model, data, options);
  return (history) => {
    const { epochs, stopped } = history;
    return { ...history, receipt: { ...begun, epochs: epochs.length, stopped, weights: weightsHash(model) } };
  };
}
