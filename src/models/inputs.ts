// Checks and converts the data that users give to a model.
import { numberList, show } from '../core/checks.js';
import { DisposedError, DTypeError, NonFiniteError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { asTrainingData, Dataset, type BatchSource, type TrainingData } from '../data/index.js';
import type { TargetForm } from '../data/parts.js';
import { checkIndexValues } from '../layers/support/indexValues.js';
import type { Loss } from '../losses/index.js';
import { isNamed, type NamedLoss } from '../losses/loss.js';
import { cast } from '../ops/cast.js';
import { makeTensor, toTensor, type TensorData } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { hasDType, isTensor, type DType, type Tensor } from '../tensors/tensor.js';
import type { InferenceNetwork, Network, Weight } from './network.js';
import type { LossOption, PerOutput } from './several/ports.js';
import { checkWeights, isOneHot } from './weighing.js';

/** @throws DisposedError, naming `where`, if the thing was disposed */
export function assertAlive(where: string, what: string, thing: { readonly disposed: boolean } | undefined): void {
  if (thing?.disposed) refuse(DisposedError, where, `a live ${what}`, 'one after dispose()');
}

/** Data a model predicts from: a tensor, nested arrays, or a flat typed array of whole samples. */
export type ModelInput = Tensor<DType> | TensorData;

/** An input batch as an f32 tensor [rows, ...inputShape]; with `anySteps` its first axis may have another size. */
export function toBatch(where: string, inputShape: Shape, x: unknown, anySteps: boolean): Tensor {
  const given = isTensor(x) ? x : makeTensor(where, x);
  given.assertAlive(where);
  const batch = hasDType(given, 'f32') ? given : cast(given, 'f32');
  const expected = [batch.size / sizeOf(inputShape), ...inputShape];
  const [rows = 0, steps = 0] = batch.shape;
  const fitting = anySteps && steps > 0 ? [rows, steps, ...inputShape.slice(1)] : expected;
  if (sameShape(batch.shape, fitting)) return batch;
  if (ArrayBuffer.isView(x) && Number.isInteger(expected[0])) return viewAs(batch, expected);
  const [first, ...rest] = inputShape;
  const axes = ['batch', anySteps ? 'steps' : first, ...rest].join(', ');
  refuse(ShapeError, where, `input [${axes}]`, given.shape);
}

/** The same for a network, which may have several inputs. */
export function batchOf(where: string, { ports, inputShape }: InferenceNetwork, x: unknown, anySteps: boolean): Tensor {
  return ports ? ports.input(where, x) : toBatch(where, inputShape, x, anySteps);
}

/** Checks lengths: one for each sequence, from `least` (0 for data) to the number of steps. */
export function checkLengths(
  where: string,
  lengths: ArrayLike<number>,
  [rows = 0, first = 0]: Shape,
  { ports }: Pick<InferenceNetwork, 'ports'>,
  least = 1,
): void {
  numberList(where, 'lengths', lengths);
  const steps = ports ? ports.steps(where) : first;
  if (lengths.length !== rows) refuse(ShapeError, where, `${rows} lengths`, lengths.length);
  for (let i = 0; i < rows; i++) {
    const length = lengths[i] ?? NaN;
    if (!Number.isInteger(length) || length < least || length > steps)
      refuse(RangeError, where, `lengths from ${least} to ${steps}`, `${length} at position ${i}`);
  }
}

/** Checks values for a weight: its shape, and finite. */
export function checkValues({ name, shape }: Weight, value: ModelInput): Tensor {
  const given = toTensor(value, 'setWeights');
  const flat = ArrayBuffer.isView(value) && given.size === sizeOf(shape);
  if (!hasDType(given, 'f32')) refuse(DTypeError, 'setWeights', `${name} to be f32`, given.dtype);
  if (!flat && !sameShape(given.shape, shape))
    refuse(ShapeError, 'setWeights', `${name} of shape ${shapeText(shape)}`, given.shape);
  given.data().forEach((number, i) => {
    if (!Number.isFinite(number))
      refuse(NonFiniteError, 'setWeights', `finite values for ${name}`, `${number} at position ${i}`);
  });
  return given;
}

/** Number of rows in a flat batch of inputs. */
export function rowsOf(where: string, x: unknown, inputShape: Shape, limit: number): number {
  if (!(x instanceof Float32Array)) refuse(TypeError, where, 'x to be a Float32Array', show(x));
  const width = sizeOf(inputShape);
  const rows = x.length / width;
  if (!Number.isInteger(rows) || rows < 1)
    refuse(ShapeError, where, `x of whole rows of ${width} values (${shapeText(inputShape)})`, `${x.length} values`);
  if (rows > limit) refuse(RangeError, where, `at most ${limit} rows`, rows);
  return rows;
}

/** Whether shapes are equal, or would be without one axis of size 1. */
function fits(a: Shape, b: Shape): boolean {
  if (a.length < b.length) return fits(b, a);
  const without = (axis: number): Shape => a.filter((_, i) => i !== axis);
  return sameShape(a, b) || a.some((size, axis) => size === 1 && sameShape(without(axis), b));
}

/** What is known of targets besides their values: text for messages, and whether their shape fits. */
interface TargetFacts {
  readonly text?: string;
  readonly fit?: boolean;
}

/**
 * Whether targets are one class index a row, which must be classes, or in the prediction's shape. `exacting`, if any,
 * takes the second alone.
 */
export function areIndices(
  where: string,
  y: ArrayLike<number>,
  rows: number,
  outputShape: Shape,
  exacting?: string,
  { text = '', fit = true }: TargetFacts = {},
): boolean {
  const { length } = y;
  const size = rows * sizeOf(outputShape);
  if (fit && length === size) return false;
  const indices = size / (outputShape.at(-1) ?? 1);
  const expected = `${size} targets (${shapeText([rows, ...outputShape])})`;
  if (!fit || length !== indices)
    refuse(ShapeError, where, `${expected} or ${indices} class indices`, `${length}${text}`);
  if (exacting)
    refuse(DTypeError, where, `${expected} for ${exacting}, in f32`, (y instanceof Int32Array ? 'i32' : 'f32') + text);
  checkLabels(where, y, outputShape);
  return true;
}

/** Targets of `size` rows, as they were given. */
export interface GivenTargets {
  readonly y: ArrayLike<number>;
  readonly yShape: Shape;
  readonly form: TargetForm | undefined;
  readonly size: number;
}

/** Checks targets; whether they are class indices. Rows without axes of their own may stand for those of any shape. */
export function checkTargets(
  where: string,
  { y, yShape, form, size }: GivenTargets,
  outputShape: Shape,
  exacting?: string,
): boolean {
  const classes = outputShape.at(-1) ?? 1;
  const whole = fits(yShape, outputShape);
  // Whole numbers where one-hot rows are as wide as there are indices: what looks like the former is not the latter.
  const isHot = !whole && form === undefined && yShape.at(-1) === classes && isOneHot(y, classes);
  const isFlat = form === 'flat' || sameShape(yShape, [sizeOf(outputShape)]);
  const fit = isFlat || whole || (!isHot && fits(yShape, outputShape.slice(0, -1)));
  return areIndices(where, y, size, outputShape, exacting, { fit, text: ` (${shapeText([size, ...yShape])})` });
}

/** Checks that class indices are whole numbers from 0 to classes - 1. */
function checkLabels(where: string, y: ArrayLike<number>, outputShape: Shape): void {
  const classes = outputShape.at(-1) ?? 1;
  for (let i = 0; i < y.length; i++) {
    const label = y[i]!;
    if (!(label >= 0 && label < classes && Number.isInteger(label)))
      refuse(RangeError, where, `labels from 0 to ${classes - 1}`, `${label} at position ${i}`);
  }
}

/** Checks that inputs of a network that starts with an embedding are indices, within the sequences' lengths. */
export function checkIndices(
  where: string,
  x: ArrayLike<number>,
  { indices, inputShape, ports }: InferenceNetwork,
  lengths?: ArrayLike<number>,
): void {
  ports?.checkIndices(where, x);
  if (indices === undefined) return;
  const width = sizeOf(inputShape);
  const step = width / (inputShape[0] ?? 1);
  checkIndexValues(where, x, indices, width, lengths && ((row) => step * (lengths[row] ?? 0)));
}

/**
 * Checks rows against a network: shapes of inputs and targets, range of labels. Several inputs are put into its order.
 */
export function checkRows(where: string, given: Dataset, network: Network, exacting?: string, loss?: Loss): Dataset {
  const { inputShape, outputShape, ports } = network;
  const own = ports ? ports.dataset(where, given, loss) : given;
  const data = loss ? checkWeights(where, own, network, loss) : own;
  if (data.inputs ?? data.targets)
    refuse(TypeError, where, 'data of one input and one output', 'several or named ones');
  const { xShape, y, yShape, form, size, lengths } = data;
  if (!sameShape(xShape, inputShape) && !sameShape(xShape, [sizeOf(inputShape)]))
    refuse(ShapeError, where, `rows of shape ${shapeText(inputShape)}`, xShape);
  if (!y) refuse(TypeError, where, 'data with targets', 'inputs only');
  checkTargets(where, { y, yShape, form, size }, outputShape, exacting);
  if (lengths) checkLengths(where, lengths, [size, ...xShape], network, 0);
  if (ports ?? network.indices) checkIndices(where, data.x, network, lengths);
  return data;
}

/** Checks data held in arrays against the network; batches are checked when they arrive. */
export function checkSource(
  where: string,
  data: TrainingData,
  network: Network,
  exacting?: string,
  loss?: Loss,
): Dataset | BatchSource {
  const given = asTrainingData(where, data);
  return given instanceof Dataset ? checkRows(where, given, network, exacting, loss) : given;
}

/** Throws for the first value of a batch that is not finite; values past a sequence's length do not count. */
export function reportNonFinite(
  where: string,
  what: string,
  batch: Tensor<DType>,
  lengths: Tensor<'i32'> | undefined,
): never {
  const values = batch.data();
  const valid = lengths?.data();
  const [rows = 1, steps = 1] = batch.shape;
  const row = batch.size / rows;
  const position = values.findIndex((value, i) => {
    const length = valid?.[Math.floor(i / row)] ?? steps;
    return !Number.isFinite(value) && ((i % row) * steps) / row < length;
  });
  refuse(NonFiniteError, where, `finite ${what}`, `${values[position]} at position ${position}`);
}

/** The loss to minimise. */
export interface LossOptions {
  /** A loss. For a model with several outputs it may be an array or object with a loss for each output. */
  readonly loss: LossOption;
  /** If each output has a loss: the factor of each, in an array or object. Default 1. */
  readonly lossWeights?: PerOutput<number> | undefined;
}

/** A loss of the library with its properties; undefined for other losses. */
export function libraryLoss(loss: LossOption | undefined): NamedLoss | undefined {
  return typeof loss === 'function' && isNamed(loss) ? loss : undefined;
}

/** Checks a loss. A factory of the library that was not called is an error. */
export function checkLoss(where: string, loss: LossOption, outputShape: Shape): Loss {
  if (typeof loss !== 'function') refuse(TypeError, where, 'loss to be a function', show(loss));
  if (loss.length === 0 && makesFunctions(loss))
    refuse(TypeError, where, 'loss to be made by calling its factory, as in crossEntropy()', 'the factory');
  if (libraryLoss(loss)?.kind === 'crossEntropy' && (outputShape.at(-1) ?? 1) === 1)
    refuse(ShapeError, where, 'binaryCrossEntropy for one output unit', 'crossEntropy');
  return loss;
}

/** The loss in the options, which may have one for each output. */
export function lossOf(where: string, network: Network, { loss, lossWeights }: LossOptions): Loss {
  const { ports, layers, outputShape } = network;
  const last = layers.at(-1);
  for (const end of last?.layer.kind === 'outputRow' ? last.inputs.map((i) => layers[i - 1]) : [last])
    if (end?.layer.activation === 'softmax' && end.outputShape.at(-1) === 1)
      refuse(ShapeError, where, 'sigmoid and binaryCrossEntropy for one output unit', 'softmax, which is always 1');
  if (ports) return ports.loss(where, loss, lossWeights);
  if (lossWeights !== undefined) refuse(TypeError, where, 'several outputs for lossWeights', 'one');
  return checkLoss(where, loss, outputShape);
}

function makesFunctions(factory: Loss): boolean {
  try {
    return scoped(() => typeof Reflect.apply(factory, undefined, []) === 'function');
  } catch {
    return false; // a loss called without arguments throws
  }
}

/** Checks that the result of a user's function is a scalar. */
export function checkScalar(where: string, what: string, value: unknown): Tensor {
  if (!isTensor(value)) refuse(TypeError, where, `${what} to be a scalar tensor`, show(value));
  if (value.size !== 1 || !hasDType(value, 'f32')) {
    refuse(ShapeError, where, `${what} to be an f32 scalar`, `${value.dtype} of shape ${shapeText(value.shape)}`);
  }
  return value;
}
