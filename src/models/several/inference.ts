// Networks with several or named inputs or outputs in predictions: converts between the form of users and rows.
import { show } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import type { Tensor } from '../../tensors/tensor.js';
import { indicesOf } from '../indexInputs.js';
import type { NetworkParts } from '../network.js';
import { partOf } from './packing.js';
import type { FloatArrays, InferencePorts, Prediction } from './ports.js';
import { checkInputIndices, inputRows, type InputSlot } from './rows.js';
import { inOrderOf, makeSlots, widthOf, type Slot } from './slots.js';

function predictionOf(slots: readonly Slot[], named: boolean, rows: Tensor): Prediction {
  const parts = slots.length === 1 ? [rows] : slots.map(({ begin, shape }) => partOf(rows, begin, shape));
  if (named) return Object.fromEntries(slots.map(({ name = '' }, i) => [name, parts[i] ?? rows]));
  return parts.length === 1 ? rows : parts;
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

function predictorOf(inputs: readonly Slot[], outputs: readonly Slot[]): InferencePorts['predictor'] {
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

/** Where in rows the inputs and outputs of a network lie. */
interface Places {
  readonly inputs: readonly InputSlot[];
  readonly outputs: readonly Slot[];
  /** Whether the outputs have names. */
  readonly named: boolean;
  /** Steps of the sequences that lengths belong to, if there are any. */
  readonly steps: number | undefined;
}

/** The places of several or named inputs and outputs; undefined for one of each without names. */
export function placesOf(network: NetworkParts): Places | undefined {
  const { layers, inputShape, inputShapes, outputShape, outputShapes, inputNames, outputNames } = network;
  if (!inputShapes && !outputShapes && !inputNames && !outputNames) return undefined;
  const inputs = makeSlots('input', inputShapes ?? [inputShape], inputNames).map((slot, i): InputSlot => {
    // With a single input, the network itself checks indices.
    return { ...slot, indices: inputShapes ? indicesOf(layers, i + 1) : undefined };
  });
  const outputs = makeSlots('output', outputShapes ?? [outputShape], outputNames);
  const sequence = layers.find(({ layer }) => layer.kind === 'inputPart' && layer.config?.['sequence'] === true);
  const steps = (inputShapes ? sequence?.outputShape : inputShape)?.[0];
  return { inputs, outputs, named: outputNames !== undefined, steps };
}

/** The functions for predictions. */
export function inferencePorts({ inputs, outputs, named, steps }: Places): InferencePorts {
  return {
    steps: (where) => steps ?? refuse(TypeError, where, 'a model with a sequence among its inputs for lengths', 'none'),
    input: (where, x) => inputRows(where, inputs, x),
    output: (rows) => predictionOf(outputs, named, rows),
    checkIndices: (where, rows) => checkInputIndices(where, inputs, rows),
    predictor: predictorOf(inputs, outputs),
  };
}
