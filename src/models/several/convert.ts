// Networks with several or named inputs or outputs in training: converts data, losses and metrics of users.
import { finiteNumber, isPlain, show } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';
import { partOfRows } from '../../data/parts.js';
import type { Loss } from '../../losses/index.js';
import { isNamed } from '../../losses/loss.js';
import { checkLoss } from '../inputs.js';
import { nameOnOutput, type MetricOfOutput } from '../metrics.js';
import type { Reducer } from '../metrics/accumulated.js';
import type { NetworkParts } from '../network.js';
import { ignoringBy, partOf, sumOfLosses } from './packing.js';
import { inferencePorts, placesOf } from './inference.js';
import type { LossOption, MeasuredMetric, OutputColumns, PerOutput, Ports } from './ports.js';
import { datasetOf, stepRows, withWeightsOfClasses } from './rows.js';
import { inOrderOf, labelsOf, widthOf, type Slot } from './slots.js';

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
  if (losses.some((own) => isNamed(own) && own.labelRows))
    refuse(TypeError, where, 'ctc as the loss of a model with one output', 'an array or object of losses');
  for (const factor of factors) finiteNumber(where, 'lossWeights', factor, { min: 0 });
  return sumOfLosses(slots, losses, factors);
}

/** A metric of the columns of one output, of rows of all of them. With `ranks` it is given those of the output. */
function reducerOn(reducer: Reducer, slots: readonly Slot[], slot: Slot, ranks = false): Reducer {
  const [total, index] = [widthOf(slots), slots.indexOf(slot)];
  const columns = (rows: Float32Array): Float32Array => partOfRows(rows, rows.length / total, slot.begin, slot);
  const weightsOf = (weights: Float32Array, rows: number): Float32Array =>
    weights.length > rows ? partOfRows(weights, rows, index, { shape: [] }) : weights;
  return {
    init: () => reducer.init(),
    update: (state, prediction, target, weights) => {
      const rows = prediction.length / (ranks ? (3 * slot.width) / (slot.shape.at(-1) ?? 1) : total);
      const own = weights && weightsOf(weights, rows);
      if (ranks) return reducer.update(state, prediction, target, own);
      return reducer.update(state, columns(prediction), columns(target), own);
    },
    result: (state) => reducer.result(state),
  };
}

const columns = new WeakMap<Slot, OutputColumns>();

/** The columns of an output: the same object every time, so that what metrics have in common is computed once. */
function columnsOf(slot: Slot): OutputColumns {
  const { begin, shape } = slot;
  const found = columns.get(slot) ?? { shape, of: (rows) => partOf(rows, begin, shape) };
  columns.set(slot, found);
  return found;
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
    const { compute, reducer, ranks } = own;
    const name = nameOnOutput(metric.output, own.name);
    if (slots.length === 1) return { ...own, name };
    if (reducer) return { ...own, name, reducer: reducerOn(reducer, slots, slot, ranks), columns: columnsOf(slot) };
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

/** The functions of such a network; undefined for one input and one output without names. */
export function makePorts(network: NetworkParts): Ports | undefined {
  const places = placesOf(network);
  if (!places) return undefined;
  const { inputs, outputs } = places;
  return {
    ...inferencePorts(places),
    dataset: (where, data, loss) => datasetOf(where, inputs, ignoringBy(outputs, loss), data),
    batch: (where, x, y, loss) => stepRows(where, inputs, ignoringBy(outputs, loss), { x, y }),
    classWeights: (where, data, given) => withWeightsOfClasses(where, outputs, data, given),
    loss: (where, loss, weights) => lossOf(where, outputs, loss, weights),
    metric: (where, metric, loss, resolve) => metricOf(where, outputs, metric, loss, resolve),
  };
}
