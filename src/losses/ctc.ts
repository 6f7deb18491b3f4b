import { flag, knownOptions, numberList, wholeNumber } from '../core/checks.js';
import { ShapeError, refuse } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { valuesKnown } from '../autodiff/op.js';
import { cast } from '../ops/cast.js';
import { ctcTerms } from '../ops/ctcLoss.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { checkLossReduction, named, type LabelRows, type LossOptions, type NamedLoss } from './loss.js';
import { checkSome } from './terms.js';
import { checkWeights, reduced } from './weighted.js';

export interface CtcOptions extends LossOptions {
  /** The class that stands for no label, 0 to classes - 1. Default 0. */
  readonly blank?: number | undefined;
  /** Whether labels that do not fit into the steps have loss 0 and gradient 0 instead of infinity. Default false. */
  readonly zeroInfinity?: boolean | undefined;
}

const where = 'ctc';

interface Labels {
  readonly y: ArrayLike<number>;
  readonly width: number;
  readonly blank: number;
  readonly classes: number;
}

/** The number of labels in a row, which must be classes other than the blank, then padding. */
function countLabels(where: string, { y, width, blank, classes }: Labels, row: number): number {
  let count = width;
  for (let i = 0; i < width; i++) {
    const label = y[row * width + i] ?? NaN;
    if (label === -1 || label === blank) count = Math.min(count, i);
    else if (!Number.isInteger(label) || label < 0 || label >= classes)
      refuse(RangeError, where, `labels from 0 to ${classes - 1}, then -1 or ${blank}`, `${label} in row ${row}`);
    else if (i > count) refuse(RangeError, where, 'padding behind the labels', `${label} behind it in row ${row}`);
  }
  return count;
}

/** Checks a prediction's shape without the axis of rows. */
function checkSteps(where: string, given: Shape, blank: number): void {
  const [, classes = 0] = given;
  if (given.length !== 2 || classes < 2)
    refuse(ShapeError, where, 'predictions [steps, classes >= 2] of each row', given);
  if (blank >= classes) refuse(RangeError, where, `blank < ${classes}, the number of classes`, blank);
}

/**
 * Rows of labels as rows with a place for each step, since programs have targets of the steps' shape. Where there are more
 * labels than places, a row of equal labels does not fit either.
 */
function labelRows(
  where: string,
  y: ArrayLike<number>,
  size: number,
  shape: Shape,
  blank: number,
): Int32Array<ArrayBuffer> {
  checkSteps(where, shape, blank);
  const [steps = 0, classes = 0] = shape;
  const width = numberList(where, 'y', y).length / size;
  if (!Number.isInteger(width)) refuse(ShapeError, where, `${size} rows of labels`, `${y.length} values`);
  const rows = new Int32Array(size * steps).fill(blank);
  for (let row = 0; row < size; row++) {
    const count = countLabels(where, { y, width, blank, classes }, row);
    if (count > steps && steps < 2) refuse(RangeError, where, 'one label for one step', `${count} in row ${row}`);
    for (let i = 0; i < Math.min(count, steps); i++)
      rows[row * steps + i] = y[row * width + (count > steps ? 0 : i)] ?? NaN;
  }
  return rows;
}

function checkTarget(prediction: Tensor<DType>, target: Tensor<DType>, blank: number): Tensor {
  const z = checkDType(`${where}: prediction`, checkTensor(where, prediction, 'prediction to be a tensor'), 'f32');
  const { shape } = z;
  checkTensor(where, target, 'target to be a tensor');
  if (shape.length !== 3) refuse(ShapeError, where, 'prediction [batch, steps, classes]', shape);
  checkSome(where, shape);
  const [batch = 0, ...rest] = shape;
  checkSteps(where, rest, blank);
  const [rows, width = 0] = target.shape;
  if (target.shape.length !== 2 || rows !== batch) refuse(ShapeError, where, `target [${batch}, labels]`, target.shape);
  if (!valuesKnown()) return z;
  const y = target.data();
  for (let row = 0; row < batch; row++) countLabels(where, { y, width, blank, classes: rest[1] ?? 0 }, row);
  return z;
}

function checkLengths(lengths: Tensor<DType>, [batch = 0, steps = 0]: Shape): Tensor<'i32'> {
  const own = checkDType(`${where}: lengths`, checkTensor(where, lengths, 'lengths to be a tensor'), 'i32');
  if (own.shape.length !== 1 || own.size !== batch) refuse(ShapeError, where, `lengths [${batch}]`, own.shape);
  for (const length of valuesKnown() ? own.data() : [])
    if (length < 0 || length > steps) refuse(RangeError, where, `lengths from 0 to ${steps}`, length);
  return own;
}

/**
 * Connectionist temporal classification (CTC): labels of sequences without their positions, as in speech or handwriting.
 * A sequence's term is -log of the probability that its steps say its labels, when equal neighbours count once and blanks
 * are dropped. Predictions are logits [batch, steps, classes], with softmax inside; a model that ends in softmax trains
 * on its logits.
 *
 * Targets are labels [batch, longest], i32 or f32: any classes but the blank, padded at the end with -1 or the blank. The
 * lengths of the data are those of the predictions; the loss takes them, i32 [batch], as its fourth argument. As in
 * PyTorch the mean is that of each term divided by its number of labels (at least 1), and `'sum'` adds the terms. With
 * weights the mean is sum(w * term / labels) / sum(w). Labels that do not fit into the steps (as many steps as labels,
 * and one between equal neighbours) have an infinite loss, or 0 with `zeroInfinity`. It has first derivatives only.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError, DTypeError, RangeError for labels that are no
 *   classes or follow padding (NaN while a program is recorded)
 * @example
 * ```ts
 * import { init, tensor, zeros } from 'wasmgrad';
 * import { ctc } from 'wasmgrad/losses';
 * await init();
 * const loss = ctc();
 * console.log(loss(zeros([1, 2, 2]), tensor([[1]], [1, 1], 'i32')).item()); // 3 of 4 paths: -log(3 / 4) = 0.2877
 * ```
 */
export function ctc(options: CtcOptions = {}): NamedLoss {
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction', 'blank', 'zeroInfinity']));
  const blank = wholeNumber(where, 'blank', options.blank ?? 0, { min: 0 });
  const zeroInfinity = flag(where, 'zeroInfinity', options.zeroInfinity ?? false);
  const perLabel = reduction === 'mean';
  const loss = named(where, { reduction, blank, zeroInfinity }, (prediction, target, weights, lengths) => {
    const z = checkTarget(prediction, target, blank);
    const [batch = 0] = z.shape;
    if (weights !== undefined) checkWeights(where, weights, [batch]);
    const own = lengths && checkLengths(lengths, z.shape);
    return tidy(() => {
      const terms = ctcTerms(z, cast(target, 'i32'), { blank, perLabel, zeroInfinity, weights, lengths: own });
      return reduced(where, terms, weights, { reduction });
    });
  });
  return Object.assign(loss, {
    ofLogits: { activation: 'softmax', loss },
    labelRows: (...[where, y, size, shape]: Parameters<LabelRows>) => labelRows(where, y, size, shape, blank),
  });
}
