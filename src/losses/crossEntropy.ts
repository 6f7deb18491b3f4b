import { flag, knownOptions } from '../core/checks.js';
import { DTypeError, ShapeError, refuse } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { viewAs } from '../autodiff/linear.js';
import { valuesKnown } from '../autodiff/op.js';
import { cast } from '../ops/cast.js';
import { probabilityCrossEntropy } from '../ops/probabilityCrossEntropy.js';
import { softmaxLoss } from '../ops/softmaxCrossEntropy.js';
import { checkDType, checkTensor } from '../ops/support/operands.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { tidy } from '../tensors/tidy.js';
import type { CrossEntropyOptions } from './binaryCrossEntropy.js';
import { checkLossReduction, named, type NamedLoss } from './loss.js';
import { checkSome, scaleOf } from './terms.js';

const where = 'crossEntropy';

/** Whether targets are class indices. Throws when they are neither class indices nor rows of weights. */
function checkTargets(prediction: Tensor<DType>, target: Tensor<DType>): boolean {
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
  checkLabels(target, shape.at(-1) ?? 0);
  return true;
}

/**
 * Checks that labels are classes. While a program is recorded, values are not known; then a wrong label makes the loss
 * NaN.
 */
function checkLabels(labels: Tensor<DType>, classes: number): void {
  if (!valuesKnown()) return;
  for (const label of labels.data()) {
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      refuse(RangeError, where, `class indices in 0..${classes - 1}`, label);
    }
  }
}

/**
 * Categorical cross-entropy `-sum_k t_k log p_k`: mean over rows (all axes but the last), or `'sum'`. With `fromLogits`,
 * p = softmax(prediction) in one stable pass with gradient (p - t) / rows.
 *
 * Targets are rows of weights in the prediction's shape (one-hot), or one class index per row, i32 or f32. With
 * probabilities, log p is log max(p, 2^-126), at least -87.3, with derivative 0 below 2^-126: loss and gradient are
 * finite for p = 0. For a model that ends in softmax, training automatically uses the logits.
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
  const reduction = checkLossReduction(where, knownOptions(where, options, ['reduction', 'fromLogits']));
  const fromLogits = flag(where, 'fromLogits', options.fromLogits ?? false);
  const crossEntropyOf = fromLogits ? softmaxLoss : probabilityCrossEntropy;
  const loss = (prediction: Tensor, target: Tensor<DType>): Tensor => {
    const byIndex = checkTargets(prediction, target);
    const classes = prediction.shape.at(-1) ?? 1;
    const rows = prediction.size / classes;
    return tidy(() => {
      const against = viewAs(target, byIndex ? [rows] : [rows, classes]);
      const flat = viewAs(prediction, [rows, classes]);
      return crossEntropyOf(flat, byIndex ? cast(against, 'i32') : against, scaleOf(reduction, rows));
    });
  };
  const ofLogits = fromLogits
    ? undefined
    : { activation: 'softmax', loss: crossEntropy({ reduction, fromLogits: true }) };
  return named(where, { reduction, fromLogits }, loss, ofLogits);
}
