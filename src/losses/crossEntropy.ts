import { finiteNumber, flag, knownOptions, wholeNumber } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { valuesKnown } from '../autodiff/op.js';
import { add } from '../ops/add.js';
import { sumTo } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { mul } from '../ops/mul.js';
import { oneHot } from '../ops/oneHot.js';
import { probabilityCrossEntropy } from '../ops/probabilityCrossEntropy.js';
import { relu } from '../ops/relu.js';
import { softmaxLoss } from '../ops/softmaxCrossEntropy.js';
import { sub } from '../ops/sub.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import { hasDType, type DType, type Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import { checkLossReduction, named, type LossOptions, type NamedLoss } from './loss.js';
import { checkSome, scaleOf } from './terms.js';
import { checkWeights, repeated, sharesOf } from './weighted.js';

export interface CrossEntropyOptions extends LossOptions {
  /** Whether predictions are logits, before softmax. Default false: probabilities. */
  readonly fromLogits?: boolean | undefined;
  /** The share s of every target, 0 to 1, that is spread evenly over all K classes: (1 - s) t + s / K. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /**
   * The class index of rows that count neither in the loss nor in its mean. Any whole number; default: none. Among one-hot
   * targets such a row has zeros only.
   */
  readonly ignoreIndex?: number | undefined;
}

const where = 'crossEntropy';

/** Whether targets are class indices. Throws when they are neither class indices nor rows of weights. */
function checkTargets(prediction: Tensor<DType>, target: Tensor<DType>, ignoreIndex: number | undefined): boolean {
  checkDType(`${where}: prediction`, checkTensor(where, prediction, 'prediction to be a tensor'), 'f32');
  checkTensor(where, target, 'target to be a tensor');
  const { shape } = prediction;
  if (shape.length === 0) refuse(ShapeError, where, 'prediction [..., classes]', 'a scalar');
  checkSome(where, shape);
  const lead = shape.slice(0, -1);
  if (sameShape(target.shape, shape)) {
    if (target.dtype === 'f32') return false;
    refuse(
      DTypeError,
      where,
      `one-hot targets f32, or class indices ${shapeText(lead)}`,
      `i32 of shape ${shapeText(shape)}`,
    );
  }
  if (!sameShape(target.shape, lead)) {
    refuse(ShapeError, where, `one-hot targets ${shapeText(shape)} or class indices ${shapeText(lead)}`, target.shape);
  }
  checkLabels(target, shape.at(-1) ?? 0, ignoreIndex);
  return true;
}

/**
 * Checks that labels are classes. While a program is recorded, values are not known; then a wrong label makes the loss
 * NaN.
 */
function checkLabels(labels: Tensor<DType>, classes: number, ignoreIndex: number | undefined): void {
  if (!valuesKnown()) return;
  for (const label of labels.data()) {
    if (label === ignoreIndex) continue;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      refuse(RangeError, where, `class indices in 0..${classes - 1}`, label);
    }
  }
}

/** 0 for labels to ignore and for one-hot rows of zeros, 1 for others: one for each of `rows` rows. */
function counted(labels: Tensor<DType>, ignoreIndex: number, rows: number): Tensor {
  const distance =
    labels.size > rows
      ? mul(sumTo(viewAs(cast(labels, 'f32'), [rows, labels.size / rows]), [rows, 1]), 2 ** 20)
      : sub(cast(labels, 'f32'), ignoreIndex);
  return viewAs(sub(1, relu(sub(1, mul(distance, distance)))), [rows]);
}

interface Weighing {
  readonly reduction: 'mean' | 'sum';
  readonly labelSmoothing: number;
  readonly ignoreIndex: number | undefined;
  readonly weights: Tensor | undefined;
}

/** The loss of [rows, classes] predictions. */
type CrossEntropyOf = typeof softmaxLoss;

/** With probabilities, smoothing and weights are put into the targets, since the loss of a row is linear in its target. */
const probabilityLoss: CrossEntropyOf = (p, target, scale, shares) => {
  const { weights, smoothing = 0 } = shares ?? {};
  const [rows = 0, classes = 1] = p.shape;
  const hot = hasDType(target, 'f32') ? target : oneHot(checkDType(where, target, 'i32'), classes);
  const column = weights ? viewAs(weights, [rows, 1]) : 1;
  const main = mul(hot, smoothing ? mul(column, 1 - smoothing) : column);
  return probabilityCrossEntropy(p, smoothing ? add(main, mul(column, smoothing / classes)) : main, scale);
};

/** The loss with smoothing and weights. */
function weighed(
  loss: CrossEntropyOf,
  prediction: Tensor,
  target: Tensor<DType>,
  { reduction, labelSmoothing: smoothing, ignoreIndex, weights }: Weighing,
): Tensor {
  const [rows = 0] = prediction.shape;
  const own = weights && repeated(weights, rows);
  const mask = ignoreIndex === undefined ? undefined : counted(target, ignoreIndex, rows);
  const each = own && mask ? mul(own, mask) : (own ?? mask);
  const labels = mask && target.shape.length === 1 ? mul(cast(target, 'f32'), mask) : target;
  const shares = each && sharesOf(each, reduction);
  const against = target.shape.length === 1 ? cast(labels, 'i32') : target;
  return loss(prediction, against, shares ? 1 : scaleOf(reduction, rows), { weights: shares, smoothing });
}

/**
 * Categorical cross-entropy `-sum_k t_k log p_k`: mean over rows (all axes but the last), or `'sum'`. With `fromLogits`,
 * p = softmax(prediction) in one stable pass with gradient (p - t) / rows.
 *
 * Targets are rows of weights in the prediction's shape (one-hot), or one class index per row, i32 or f32. With
 * probabilities, log p is log max(p, 2^-126), at least -87.3, with derivative 0 below 2^-126: loss and gradient are
 * finite for p = 0. For a model that ends in softmax, training automatically uses the logits.
 *
 * With weights the mean is sum(w * loss) / sum(w); `ignoreIndex` is a weight of 0. If all are 0, loss and gradient are 0.
 *
 * @throws TypeError, RangeError for bad options; the loss throws ShapeError, DTypeError, and RangeError for a label outside 0..classes-1
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { crossEntropy } from 'wasmgrad/losses';
 * await init();
 * const loss = crossEntropy();
 * console.log(loss(tensor([[0.5, 0.5], [1, 0]]), tensor([1, 0])).item()); // log(2) / 2 = 0.3466
 * ```
 */
export function crossEntropy(options: CrossEntropyOptions = {}): NamedLoss {
  const known = ['reduction', 'fromLogits', 'labelSmoothing', 'ignoreIndex'];
  const reduction = checkLossReduction(where, knownOptions(where, options, known));
  const fromLogits = flag(where, 'fromLogits', options.fromLogits ?? false);
  const { ignoreIndex } = options;
  if (ignoreIndex !== undefined) wholeNumber(where, 'ignoreIndex', ignoreIndex);
  const labelSmoothing = finiteNumber(where, 'labelSmoothing', options.labelSmoothing ?? 0, { min: 0, max: 1 });
  const special = labelSmoothing > 0 || ignoreIndex !== undefined;
  const loss = (prediction: Tensor, target: Tensor<DType>, weights?: Tensor): Tensor => {
    const byIndex = checkTargets(prediction, target, ignoreIndex);
    const classes = prediction.shape.at(-1) ?? 1;
    const rows = prediction.size / classes;
    if (weights !== undefined) checkWeights(where, weights, prediction.shape.slice(0, -1));
    return tidy(() => {
      const against = viewAs(target, byIndex ? [rows] : [rows, classes]);
      const flat = viewAs(prediction, [rows, classes]);
      if (special || weights) {
        const weighing = { reduction, labelSmoothing, ignoreIndex, weights };
        return weighed(fromLogits ? softmaxLoss : probabilityLoss, flat, against, weighing);
      }
      const crossEntropyOf = fromLogits ? softmaxLoss : probabilityCrossEntropy;
      return crossEntropyOf(flat, byIndex ? cast(against, 'i32') : against, scaleOf(reduction, rows));
    });
  };
  const config = { reduction, fromLogits, labelSmoothing, ignoreIndex };
  const ofLogits = fromLogits
    ? undefined
    : { activation: 'softmax', loss: crossEntropy({ ...config, fromLogits: true }) };
  const own = named(where, config, loss, ofLogits, special);
  if (ignoreIndex === undefined) return own;
  return Object.assign(own, {
    counted: (target: Tensor<DType>) =>
      counted(target, ignoreIndex, target.size / (target.dtype === 'f32' ? (target.shape.at(-1) ?? 1) : 1)),
  });
}
