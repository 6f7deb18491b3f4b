// Networks with several or named inputs or outputs: converts between the form of users and rows.
import { finiteNumber, isPlain, show } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import { partOfRows } from '../../data/parts.js';
import type { Loss } from '../../losses/index.js';
import { isNamed } from '../../losses/loss.js';
import type { Tensor } from '../../tensors/tensor.js';
import { indicesOf } from '../indexInputs.js';
import { checkLoss } from '../inputs.js';
import { nameOnOutput, type MetricOfOutput } from '../metrics.js';
import type { Reducer } from '../metrics/accumulated.js';
import type { Network } from '../network.js';
import { partOf, sumOfLosses } from './packing.js';
import type { FloatArrays, LossOption, MeasuredMetric, PerOutput, Ports, Prediction } from './ports.js';
import { checkInputIndices, datasetOf, inputRows, stepRows, type InputSlot } from './rows.js';
import { inOrderOf, labelsOf, makeSlots, widthOf, type Slot } from './slots.js';

function predictionOf(slots: readonly Slot[], named: boolean, rows: Tensor): Prediction {
  const parts = slots.length === 1 ? [rows] : slots.map(({ begin, shape }) => partOf(rows, begin, shape));
  if (named) return Object.fromEntries(slots.map(({ name = '' }, i) => [name, parts[i] ?? rows]));
  return parts.length === 1 ? rows : parts;
}

function lossOf(where: string, slots: readonly Slot[], loss: LossOption, weights: PerOutput<number> | undefined): Loss {
  if (typeof loss === 'function') {
    const checked = checkLoss(where, loss, slots.length > 1 ? [widthOf(slots)] : (slots[0]?.shape ?? []));
    if (slots.length > 1 && isNamed(checked))
      refuse(TypeError, where, `a loss for each of ${labelsOf(slots)}, in an array or object`, `one ${checked.kind}`);
    if (weights !== undefined) refuse(TypeError, where, 'lossWeights with a loss for each output', 'one loss');
    return checked;
  }
  const given: unknown = loss;
  if (!isPlain(given) && !Array.isArray(given))
    refuse(TypeError, where, `a loss for each of ${labelsOf(slots)}, in an array or object`, show(given));
  const losses = inOrderOf(`${where}: loss`, slots, loss).map((own, i) => checkLoss(where, own, slots[i]?.shape ?? []));
  const factors = weights === undefined ? slots.map(() => 1) : inOrderOf(`${where}: lossWeights`, slots, weights);
  for (const factor of factors) finiteNumber(where, 'lossWeights', factor, { min: 0 });
  return sumOfLosses(slots, losses, factors);
}

/** A metric of the columns of one output, of rows of all of them. */
function reducerOn(reducer: Reducer, slots: readonly Slot[], slot: Slot): Reducer {
  const [total, index] = [widthOf(slots), slots.indexOf(slot)];
  const columns = (rows: Float32Array): Float32Array => partOfRows(rows, rows.length / total, slot.begin, slot);
  const weightsOf = (weights: Float32Array, rows: number): Float32Array =>
    weights.length > rows ? partOfRows(weights, rows, index, { shape: [] }) : weights;
  return {
    init: () => reducer.init(),
    update: (state, prediction, target, weights) =>
      reducer.update(
        state,
        columns(prediction),
        columns(target),
        weights && weightsOf(weights, prediction.length / total),
      ),
    result: (state) => reducer.result(state),
  };
}

/** Whether a metric is for one output. The output's name is checked later. */
function isOfOutput(metric: unknown): metric is MetricOfOutput {
  return isPlain(metric) && 'output' in metric && 'metric' in metric;
}

/** The output that a metric is for. */
function outputOf(where: string, slots: readonly Slot[], { output }: MetricOfOutput): Slot {
  const found = slots.find(({ name }, i) => i === output || (name !== undefined && name === output));
  if (found) return found;
  refuse(RangeError, where, `a metric's output to be one of ${labelsOf(slots)}`, show(output));
}

function metricOf<M extends MeasuredMetric>(
  where: string,
  slots: readonly Slot[],
  metric: unknown,
  loss: LossOption,
  resolve: (metric: unknown, loss: LossOption | undefined, shape?: Shape) => M,
): M | MeasuredMetric {
  if (isOfOutput(metric)) {
    const slot = outputOf(where, slots, metric);
    const { begin, shape } = slot;
    const losses = typeof loss === 'function' ? slots.map(() => loss) : inOrderOf(`${where}: loss`, slots, loss);
    const own = resolve(metric.metric, losses[slots.indexOf(slot)], shape);
    const { compute, reducer } = own;
    const name = nameOnOutput(metric.output, own.name);
    if (slots.length === 1) return { ...own, name };
    if (reducer) return { ...own, name, reducer: reducerOn(reducer, slots, slot) };
    return {
      name,
      compute:
        compute && ((prediction, target) => compute(partOf(prediction, begin, shape), partOf(target, begin, shape))),
    };
  }
  if (slots.length > 1 && typeof metric === 'string')
    refuse(TypeError, where, `{ output, metric: ${show(metric)} } for one of ${labelsOf(slots)}`, show(metric));
  return resolve(metric, loss);
}

/** Calls `each` with every array, after checking that it has whole rows of its input or output. */
function forArrays(
  slots: readonly Slot[],
  given: FloatArrays,
  rows: number,
  each: (array: Float32Array, begin: number, width: number) => void,
): void {
  const arrays = inOrderOf('predictor', slots, given);
  for (let i = 0; i < slots.length; i++) {
    const { label, begin, width } = slots[i]!;
    const array: unknown = arrays[i];
    if (!(array instanceof Float32Array)) refuse(TypeError, 'predictor', `${label} to be a Float32Array`, show(array));
    if (array.length !== rows * width)
      refuse(ShapeError, 'predictor', `${label} of ${rows * width} values`, array.length);
    each(array, begin, width);
  }
}

function predictorOf(inputs: readonly Slot[], outputs: readonly Slot[]): Ports['predictor'] {
  return (run, rows) => {
    const [xWidth, yWidth] = [widthOf(inputs), widthOf(outputs)];
    const [x, y] = [new Float32Array(rows * xWidth), new Float32Array(rows * yWidth)];
    const fill = (array: Float32Array, begin: number, width: number): void => {
      for (let i = 0; i < array.length; i++) x[Math.floor(i / width) * xWidth + begin + (i % width)] = array[i]!;
    };
    const drain = (array: Float32Array, begin: number, width: number): void => {
      for (let i = 0; i < array.length; i++) array[i] = y[Math.floor(i / width) * yWidth + begin + (i % width)]!;
    };
    return (input, output) => {
      const isRows = output instanceof Float32Array;
      if (!isRows) forArrays(outputs, output, rows, () => undefined); // an error before anything runs
      if (!(input instanceof Float32Array)) forArrays(inputs, input, rows, fill);
      run(input instanceof Float32Array ? input : x, isRows ? output : y);
      if (!isRows) forArrays(outputs, output, rows, drain);
    };
  };
}

/** The functions of such a network; undefined for one input and one output without names. */
export function makePorts(network: Network): Ports | undefined {
  const { layers, inputShape, inputShapes, outputShape, outputShapes, inputNames, outputNames } = network;
  if (!inputShapes && !outputShapes && !inputNames && !outputNames) return undefined;
  const inputs = makeSlots('input', inputShapes ?? [inputShape], inputNames).map((slot, i): InputSlot => {
    // With a single input, the network itself checks indices.
    return { ...slot, indices: inputShapes ? indicesOf(layers, i + 1) : undefined };
  });
  const outputs = makeSlots('output', outputShapes ?? [outputShape], outputNames);
  return {
    input: (where, x) => inputRows(where, inputs, x),
    output: (rows) => predictionOf(outputs, outputNames !== undefined, rows),
    checkIndices: (where, rows) => checkInputIndices(where, inputs, rows),
    dataset: (where, data) => datasetOf(where, inputs, outputs, data),
    batch: (where, x, y) => stepRows(where, inputs, outputs, { x, y }),
    predictor: predictorOf(inputs, outputs),
    loss: (where, loss, weights) => lossOf(where, outputs, loss, weights),
    metric: (where, metric, loss, resolve) => metricOf(where, outputs, metric, loss, resolve),
  };
}
