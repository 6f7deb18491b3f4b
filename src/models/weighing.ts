// Weights of rows in the loss: those of the data, of classes, and 0 for labels that the loss ignores.
import { finiteNumber, isPlain, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { leads, sizeOf, type Shape } from '../core/shapes.js';
import type { Dataset } from '../data/index.js';
import type { Loss } from '../losses/index.js';
import { isNamed } from '../losses/loss.js';
import type { Network } from './network.js';
import type { PerOutput } from './several/ports.js';

/** Weights by class index, or `'balanced'`. */
export type ClassWeights = 'balanced' | Readonly<Record<number, number>>;

/** Whether the checked targets of a dataset are class indices. */
export function hasIndices({ yShape }: Pick<Dataset, 'yShape'>, outputShape: Shape): boolean {
  return sizeOf(yShape) !== sizeOf(outputShape);
}

/** Whether every row of `classes` numbers has a single 1 and otherwise 0. */
export function isOneHot(y: ArrayLike<number>, classes: number): boolean {
  let ones = 0;
  for (let i = 0; i < y.length; i++) if (y[i] !== 0 && (y[i] !== 1 || Math.floor(i / classes) !== ones++)) return false;
  return ones * classes === y.length;
}

/** What weights of classes need of data. */
type Labelled = Pick<Dataset, 'size' | 'y' | 'yShape' | 'weights'> & Partial<Pick<Dataset, 'lengths' | 'xShape'>>;

/**
 * The weights of `data` times a factor of each label, of which every row has equally many. `factor` is told the weight and
 * the position among all `length`, too.
 */
function reweighed(
  data: Labelled,
  labels: ArrayLike<number>,
  factor: (label: number, weight: number, i: number, length: number) => number,
): Float32Array {
  const { size, weights = new Float32Array(size).fill(1) } = data;
  const length = Math.max(labels.length, weights.length);
  const at = (values: ArrayLike<number>, i: number): number => values[Math.floor((i * values.length) / length)]!;
  return Float32Array.from({ length }, (_, i) => at(weights, i) * factor(at(labels, i), at(weights, i), i, length));
}

/** Data whose labels to ignore have weight 0, and are class 0 instead. */
function withoutIgnored(data: Dataset, y: Float32Array | Int32Array, ignored: number): Dataset {
  const weights = reweighed(data, y, (label) => Number(label !== ignored));
  return data.with({ weights, y: y.map((label) => (label === ignored ? 0 : label)) });
}

/** @throws TypeError when weights are given to a user's loss that does not take them */
export function checkTakesWeights(where: string, loss: Loss): void {
  if (!isNamed(loss) && (loss.length === 1 || loss.length === 2))
    refuse(TypeError, where, 'a loss (prediction, target, weights) for weights', `one of ${loss.length} parameters`);
}

/** The data with the weights, and the labels, that the loss needs. @throws ShapeError, TypeError for weights that do not fit */
export function checkWeights(where: string, data: Dataset, { outputShape }: Network, loss: Loss): Dataset {
  const { size, y, weights, weightParts } = data;
  if (weights) {
    checkTakesWeights(where, loss);
    const width = weights.length / size;
    if (!weightParts && !leads(outputShape, width))
      refuse(ShapeError, where, 'a weight per row, or per step of the output', `${width} per row`);
  }
  const own = isNamed(loss) ? loss : undefined;
  const labels = y && own?.labelRows?.(where, y, size, outputShape);
  if (labels) return data.with({ y: labels, yShape: outputShape.slice(0, 1), form: 'labels' });
  const ignored = own?.config['ignoreIndex'];
  return typeof ignored === 'number' && y && hasIndices(data, outputShape) ? withoutIgnored(data, y, ignored) : data;
}

/** The class of every label of checked data. */
function classesOf(where: string, data: Labelled, outputShape: Shape, classes: number): ArrayLike<number> {
  const { y = new Int32Array() } = data;
  if (hasIndices(data, outputShape)) return y;
  if (classes > 1 && isOneHot(y, classes))
    return Array.from({ length: y.length / classes }, (_, row) => y.indexOf(1, row * classes) % classes);
  if (classes === 1 && y.every((value) => value === 0 || value === 1)) return y;
  refuse(TypeError, where, 'targets that are classes for classWeights', 'other numbers');
}

/**
 * Rows / (classes * rows of the class) for the classes that there are, 0 for others. Rows of weight 0 and steps past the
 * lengths do not count.
 */
function balanced(data: Labelled, labels: ArrayLike<number>, factors: Float64Array, steps: number): void {
  const { size, lengths, xShape } = data;
  const counts = factors.map(() => 0);
  let rows = 0;
  reweighed(data, labels, (label, weight, i, length) => {
    const end = lengths && xShape?.[0] === steps ? lengths[Math.floor((i * size) / length)]! : steps;
    if (weight > 0 && ((i * size) % length) * steps < end * length) {
      counts[label]!++;
      rows++;
    }
    return 0;
  });
  const found = counts.filter((count) => count > 0).length;
  factors.set(counts.map((count) => count && rows / found / count));
}

/** The weights of data times those of their classes. @throws TypeError, RangeError */
export function weightsOfClasses(
  where: string,
  data: Labelled,
  outputShape: Shape,
  classWeights: unknown,
): Float32Array {
  const width = outputShape.at(-1) ?? 1;
  const factors = new Float64Array(Math.max(2, width)).fill(1);
  const labels = classesOf(where, data, outputShape, width);
  if (classWeights === 'balanced') balanced(data, labels, factors, outputShape[0] ?? 1);
  else {
    if (!isPlain(classWeights) && !Array.isArray(classWeights))
      refuse(TypeError, where, `classWeights to be 'balanced' or an object`, show(classWeights));
    for (const [key, weight] of Object.entries(classWeights)) {
      if (!(Number(key) in factors))
        refuse(RangeError, where, `classWeights of classes 0 to ${factors.length - 1}`, `one of ${show(key)}`);
      factors[Number(key)] = finiteNumber(where, `classWeights[${key}]`, weight, { min: 0 });
    }
    if (factors.every((factor) => factor === 0)) refuse(RangeError, where, 'a class weight > 0', 'weights of 0');
  }
  return reweighed(data, labels, (label) => factors[label]!);
}

/** Training data with the weights of classes. @throws TypeError, RangeError */
export function withClassWeights(
  where: string,
  data: Dataset,
  { outputShape, ports }: Network,
  { classWeights }: { readonly classWeights?: ClassWeights | PerOutput<ClassWeights> | undefined },
): Dataset {
  if (classWeights === undefined) return data;
  if (ports) return ports.classWeights(where, data, classWeights);
  return data.with({ weights: weightsOfClasses(where, data, outputShape, classWeights) });
}
