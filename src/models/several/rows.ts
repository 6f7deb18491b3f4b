// Puts the values of several inputs, or the targets of several outputs, side by side in rows.
import { knownOptions } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../../core/shapes.js';
import type { Dataset, Part } from '../../data/index.js';
import type { DatasetParts } from '../../data/dataset.js';
import { partOfRows, sideBySide } from '../../data/parts.js';
import { asFloats, flatValues, isIntegerArray, rowCount } from '../../data/rows.js';
import { checkIndexValues } from '../../layers/support/indexValues.js';
import { concat } from '../../ops/concat.js';
import { reshape } from '../../ops/reshape.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import { checkTargets, toBatch, type GivenTargets } from '../inputs.js';
import { weightsOfClasses } from '../weighing.js';
import { inOrderOf, labelsOf, widthOf, type Slot } from './slots.js';

/** An input of a network, with the number of indices if it holds indices. */
export interface InputSlot extends Slot {
  readonly indices: number | undefined;
}

function isFlatArray(x: unknown): boolean {
  return isTensor(x) || ArrayBuffer.isView(x);
}

/** Whether there is an entry for each input or output, rather than an array or tensor of rows with all of them. */
function hasEntries(
  slots: readonly Slot[],
  given: unknown,
): given is readonly unknown[] | Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || isFlatArray(given)) return false;
  if (!Array.isArray(given)) return true;
  const items: readonly unknown[] = given;
  return typeof items[0] !== 'number' && (slots.length > 1 || items.some(isTensor));
}

/** Inputs as a batch of rows; differentiable. */
export function inputRows(where: string, slots: readonly InputSlot[], x: unknown): Tensor {
  const [first] = slots;
  if (!hasEntries(slots, x))
    return toBatch(where, first && slots.length === 1 ? first.shape : [widthOf(slots)], x, false);
  const entries = inOrderOf(where, slots, x);
  const batches = slots.map(({ label, shape }, i) => toBatch(`${where}: ${label}`, shape, entries[i], false));
  const [size = 0] = batches[0]?.shape ?? [];
  if (batches.length === 1 && batches[0]) return batches[0];
  const parts = slots.map(({ label, width }, i) => {
    const batch = batches[i];
    const [rows = 0] = batch?.shape ?? [];
    if (!batch || rows !== size)
      refuse(ShapeError, where, `${size} rows of ${label} as of ${first?.label ?? 'the first'}`, rows);
    return reshape(batch, [rows, width]);
  });
  return concat(parts, 1);
}

/** Checks inputs that are indices, in rows. */
export function checkInputIndices(where: string, slots: readonly InputSlot[], rows: ArrayLike<number>): void {
  const size = rows.length / widthOf(slots);
  for (const slot of slots)
    if (slot.indices !== undefined)
      checkIndexValues(`${where}: ${slot.label}`, partOfRows(rows, size, slot.begin, slot), slot.indices);
}

/** Class indices as one-hot rows, of zeros for those to ignore; targets in the output's shape are unchanged. */
function hotRows(where: string, { label, shape, ignored }: Slot, given: GivenTargets): ArrayLike<number> {
  const values = given.y;
  const known = ignored === undefined ? values : Array.from(values, (each) => (each === ignored ? 0 : each));
  if (!checkTargets(`${where}: ${label}`, { ...given, y: known }, shape)) return values;
  const classes = shape.at(-1) ?? 1;
  const hot = new Float32Array(values.length * classes);
  for (let i = 0; i < values.length; i++) if (values[i] !== ignored) hot[i * classes + values[i]!] = 1;
  return hot;
}

/** Targets of every output side by side, classes one-hot; those of a single output are unchanged. */
function targetRows(
  where: string,
  slots: readonly Slot[],
  parts: readonly GivenTargets[],
  size: number,
): ArrayLike<number> {
  const [single] = parts;
  if (single && slots.length === 1) return single.y;
  return sideBySide(
    size,
    parts.map((part, i) => hotRows(where, slots[i]!, part)),
  );
}

/** A part of a dataset's rows, and its position in them. */
interface PlacedPart extends Part {
  readonly begin: number;
}

/** The parts of a dataset in the order of the network's inputs or outputs. */
function orderedParts(where: string, slots: readonly Slot[], parts: readonly Part[]): readonly PlacedPart[] {
  let end = 0;
  const placed = parts.map((part) => ({ ...part, begin: (end += sizeOf(part.shape)) - sizeOf(part.shape) }));
  if (placed[0]?.name === undefined) return inOrderOf(where, slots, placed);
  const named = placed.map((part): [string, PlacedPart] => [part.name ?? '', part]);
  return inOrderOf(where, slots, Object.fromEntries(named));
}

function checkShape(where: string, { label, shape, width }: Slot, given: Shape): void {
  const flat = given.length < 2 && sizeOf(given) === width;
  if (!flat && !sameShape(given, shape))
    refuse(ShapeError, `${where}: ${label}`, `rows of shape ${shapeText(shape)}`, given);
}

function inputsOf(
  where: string,
  slots: readonly InputSlot[],
  { x, size, xShape, inputs }: Dataset,
): Pick<Dataset, 'x' | 'xShape'> {
  if (!inputs) return { x, xShape };
  const parts = orderedParts(where, slots, inputs);
  slots.forEach((slot, i) => checkShape(where, slot, parts[i]?.shape ?? []));
  if (parts.every(({ begin }, i) => begin === slots[i]?.begin)) return { x, xShape };
  const columns = parts.map((part) => partOfRows(x, size, part.begin, part));
  return { x: sideBySide(size, columns), xShape };
}

function targetsOf(
  where: string,
  slots: readonly Slot[],
  { y, size, yShape, form, targets }: Dataset,
): Pick<DatasetParts, 'y' | 'yShape' | 'form'> {
  if (!y || (!targets && slots.length === 1)) return { y, yShape, form };
  const total = widthOf(slots);
  if (!targets) {
    if (y.length === size * total) return { y, yShape, form };
    refuse(
      TypeError,
      where,
      `targets for each of ${labelsOf(slots)}`,
      `targets of shape ${shapeText([size, ...yShape])}`,
    );
  }
  const parts = orderedParts(where, slots, targets);
  if (slots.length === 1) return { y, yShape, form };
  const columns = parts.map((part): GivenTargets => {
    return { y: partOfRows(y, size, part.begin, part), yShape: part.shape, form: part.form, size };
  });
  return { y: asFloats(targetRows(where, slots, columns, size)), yShape: [total] };
}

/** Weights in the order of the outputs. */
function weightsOf(
  where: string,
  slots: readonly Slot[],
  { weights, weightParts, size }: Dataset,
): Pick<DatasetParts, 'weights' | 'weightParts'> {
  if (!weights) return {};
  if (weightParts) {
    const parts = orderedParts(`${where}: weights`, slots, weightParts);
    const columns = parts.map((part) => partOfRows(weights, size, part.begin, part));
    return { weights: sideBySide(size, columns), weightParts: parts };
  }
  if (slots.length > 1 && weights.length > size)
    refuse(
      ShapeError,
      where,
      `one weight per row, or per row of each of ${labelsOf(slots)}`,
      `${weights.length / size} per row`,
    );
  return { weights };
}

/** Weights of 0 for rows of zeros, where the loss of an output ignores labels, of which there is one in a row. */
function ignoring(outputs: readonly Slot[], data: Dataset): Dataset {
  const { y, size } = data;
  if (!y || outputs.every(({ ignored, shape }) => ignored === undefined || shape.length > 1)) return data;
  const columns = outputs.map((slot, i) => {
    const weights = columnOf(data, i);
    if (slot.ignored === undefined || slot.shape.length > 1) return weights;
    const hot = partOfRows(y, size, slot.begin, slot);
    const isSome = (row: number): boolean => hot.subarray(row * slot.width, (row + 1) * slot.width).some(Boolean);
    return weights.map((weight, row) => weight * Number(isSome(row)));
  });
  const weightParts = outputs.map(({ name }): Part => ({ name, shape: [] }));
  return data.with({ weights: sideBySide(size, columns), weightParts });
}

/** A dataset with inputs and targets in the network's order, class indices one-hot. */
export function datasetOf(
  where: string,
  inputs: readonly InputSlot[],
  outputs: readonly Slot[],
  data: Dataset,
): Dataset {
  const [x, y, weights] = [
    inputsOf(where, inputs, data),
    targetsOf(where, outputs, data),
    weightsOf(where, outputs, data),
  ];
  // A copy of lengths, since the sizes there were checked and kernels trust them.
  const own = { lengths: data.lengths?.slice(), inputs: undefined, targets: undefined, form: undefined };
  return ignoring(outputs, data.with({ ...own, ...x, ...y, ...weights })); // rows that are augmented stay so
}

/** Whether weights of classes are given for each output, and not those of the classes of one. */
function areForOutputs(given: unknown): given is readonly unknown[] | Readonly<Record<string, unknown>> {
  const values: readonly unknown[] = typeof given === 'object' && given !== null ? Object.values(given) : [];
  return values.some((each) => typeof each === 'object' || each === 'balanced');
}

/** The weights of the rows for one output; 1 without. */
function columnOf({ weights, size }: Dataset, index: number): Float32Array {
  if (!weights) return new Float32Array(size).fill(1);
  return weights.length > size ? partOfRows(weights, size, index, { shape: [] }) : weights;
}

/** A row that does not count as one of the first class, since rows of zeros are of none. */
function asClass(rows: Float32Array, row: number, width: number): void {
  rows.fill(0, row * width, (row + 1) * width);
  rows[row * width] = 1;
}

/** A dataset in the network's order with weights of classes: of those outputs for which there are any. */
export function withWeightsOfClasses(where: string, slots: readonly Slot[], data: Dataset, given: unknown): Dataset {
  const { size, y = new Float32Array() } = data;
  const [single] = slots;
  const each = areForOutputs(given);
  if (!each && slots.length > 1)
    refuse(TypeError, where, `classWeights for each of ${labelsOf(slots)}`, 'those of one output');
  const names = slots.map(({ name }, i) => name ?? `${i}`);
  const own = each
    ? knownOptions(where, Object.fromEntries(Object.entries(given)), names)
    : { [names[0] ?? '']: given };
  if (single && slots.length === 1)
    return data.with({ weights: weightsOfClasses(where, data, single.shape, own[names[0] ?? '']) });
  const columns = slots.map((slot, i) => {
    const [weights, classWeights] = [columnOf(data, i), own[names[i] ?? '']];
    if (classWeights === undefined) return weights;
    const targets = partOfRows(y, size, slot.begin, slot);
    if (slot.width > 1) weights.forEach((weight, row) => weight === 0 && asClass(targets, row, slot.width));
    const part = { size, y: targets, yShape: slot.shape, weights };
    const label = `${where}: ${slot.label}`;
    const made = weightsOfClasses(label, part, slot.shape, classWeights);
    return made.length === size ? made : refuse(ShapeError, label, 'one class per row for classWeights', slot.shape);
  });
  const weightParts = slots.map(({ name }): Part => ({ name, shape: [] }));
  return data.with({ weights: sideBySide(size, columns), weightParts });
}

/** Checks the values of each input of a step, which must have equally many rows. */
function stepInputs(where: string, slots: readonly InputSlot[], x: unknown): { x: Float32Array; size: number } {
  if (!hasEntries(slots, x)) {
    const rows = asFloats(flatValues(where, x).values);
    return { x: rows, size: rows.length / widthOf(slots) };
  }
  let size = 0;
  const entries = inOrderOf(where, slots, x);
  const parts = slots.map((slot, i) => {
    const label = `${where}: ${slot.label}`;
    const { values, shape, isFlat } = flatValues(label, entries[i]);
    if (!isFlat) checkShape(where, slot, shape.slice(1));
    const rows = rowCount(label, 'values', values, slot.shape);
    size ||= rows;
    if (rows !== size) refuse(ShapeError, label, `${size} rows as of ${slots[0]?.label ?? 'the first'}`, rows);
    return values;
  });
  return { x: sideBySide(size, parts), size };
}

/** The batch of a step as rows, classes one-hot when there are several outputs. */
export function stepRows(
  where: string,
  inputs: readonly InputSlot[],
  outputs: readonly Slot[],
  given: { readonly x: unknown; readonly y: unknown },
): { x: Float32Array; y: ArrayLike<number> } {
  const { x, size } = stepInputs(where, inputs, given.x);
  if (!hasEntries(outputs, given.y)) return { x, y: flatValues(where, given.y).values };
  const entries = inOrderOf(where, outputs, given.y);
  const parts = outputs.map(({ label }, i): GivenTargets => {
    const { values, shape, isFlat } = flatValues(`${where}: ${label}`, entries[i]);
    const form = isFlat ? 'flat' : isIntegerArray(values) ? 'integers' : undefined;
    return { y: values, yShape: shape.slice(1), form, size };
  });
  return { x, y: targetRows(where, outputs, parts, size) };
}
