// Several inputs or outputs side by side in one row: the internal form, and the deprecated functions for users.
import { finiteNumber, isPlain, knownOptions, listLike, numberList, show, wholeNumber } from '../../core/checks.js';
import { refuse, ShapeError, onBehalfOf } from '../../core/errors.js';
import { sizeOf, type Shape } from '../../core/shapes.js';
import { sideBySide } from '../../data/parts.js';
import type { LabelLoss, Loss } from '../../losses/index.js';
import { isNamed } from '../../losses/loss.js';
import { mul } from '../../ops/mul.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import { checkTensor } from '../../ops/support/operands.js';
import { isTensor, type Tensor } from '../../tensors/tensor.js';
import { tidy } from '../../tensors/tidy.js';
import { InferenceModel } from '../inferenceModel.js';
import { checkLoss } from '../inputs.js';
import { checkTakesWeights } from '../weighing.js';
import { isOfOutputs, totalOf, type LossOfOutputs } from '../lossParts.js';
import type { Prediction } from './ports.js';
import { makeSlots, widthOf, type Slot } from './slots.js';

/**
 * Flat data of several inputs (or targets of several outputs) side by side, row by row. Deprecated, will be removed
 * after one release: `predict`, `dataset` and `trainer.step` take arrays and objects of inputs and targets.
 *
 * @param rows number of rows, >= 1
 * @param parts the values of each input, row-major, the same number of values for each row
 * @throws TypeError, RangeError, ShapeError when a part is not whole rows
 * @example
 * ```ts
 * import { packRows } from 'wasmgrad/models';
 * console.log([...packRows(2, [1, 2, 3, 4], [8, 9])]); // [1, 2, 8, 3, 4, 9]
 * ```
 */
export function packRows(rows: number, ...parts: readonly ArrayLike<number>[]): Float32Array<ArrayBuffer> {
  wholeNumber('packRows', 'rows', rows, { min: 1 });
  parts.forEach((part, i) => {
    const width = numberList('packRows', `part ${i + 1}`, part).length / rows;
    if (!Number.isInteger(width) || width === 0)
      refuse(ShapeError, 'packRows', `part ${i + 1} to be ${rows} whole rows`, `${part.length} values`);
  });
  return sideBySide(rows, parts);
}

/** The part of each row that belongs to one output, in its shape. */
export function partOf(y: Tensor, begin: number, shape: Shape): Tensor {
  const rows = y.shape[0] ?? 0;
  return reshape(slice(y, [0, begin], [rows, sizeOf(shape)]), [rows, ...shape]);
}

/** The outputs of a model, which are side by side in a row. */
function slotsOf(where: string, model: InferenceModel): Slot[] {
  if (!((model as unknown) instanceof InferenceModel)) refuse(TypeError, where, 'a model', show(model));
  const { network, outputShape } = model;
  return makeSlots('output', network.outputShapes ?? [outputShape], network.outputNames);
}

/** The outputs with the class indices that a sum of losses ignores. */
export function ignoringBy(slots: readonly Slot[], loss: Loss | undefined): readonly Slot[] {
  if (!isOfOutputs(loss) || slots.length === 1) return slots;
  return slots.map((slot, i) => {
    const own = loss.losses[i];
    const ignored = own && isNamed(own) ? own.config['ignoreIndex'] : undefined;
    return typeof ignored === 'number' ? { ...slot, ignored } : slot;
  });
}

/** The weighted sum of a loss of each output, as one loss of rows of them. */
export function sumOfLosses(
  slots: readonly Slot[],
  losses: readonly Loss[],
  weights: readonly number[],
): LossOfOutputs {
  const parts: LossOfOutputs['parts'] = (prediction, target: Tensor, given) =>
    losses.map((own: LabelLoss, i) => {
      const { begin = 0, shape = [], label = '' } = slots[i] ?? {};
      if (given) checkTakesWeights(label, own);
      const against = {
        target: partOf(target, begin, shape),
        weights: given && given.shape.length > 1 ? partOf(given, i, []) : given,
      };
      const loss = own(partOf(prediction, begin, shape), against.target, against.weights);
      return { ...against, own, loss: mul(loss, weights[i] ?? 1) };
    });
  const sum: Loss = (prediction, target, given) => tidy(() => totalOf(parts(prediction, target, given)));
  return Object.assign(sum, { losses, parts });
}

/**
 * The outputs of a model with several, each in its own shape, from a prediction [B, total] of `predictor`. Deprecated,
 * will be removed after one release: `predict` returns a tensor for each output, and this function returns such tensors
 * unchanged.
 *
 * @returns one tensor for each output, [B, ...its shape]
 * @throws ShapeError
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { connect, input, model, unpackRows } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [2] });
 * const network = model({ inputs: x, outputs: [connect(dense({ units: 3 }), x), connect(dense({ units: 1 }), x)] });
 * const [a, b] = unpackRows(network, network.predict([[1, 2]]));
 * console.log(a.shape, b.shape); // [1, 3] [1, 1]
 * network.dispose();
 * ```
 */
export function unpackRows(model: InferenceModel, prediction: Prediction): Tensor[] {
  const slots = slotsOf('unpackRows', model);
  if (!isTensor(prediction)) {
    const tensors: readonly unknown[] =
      isPlain(prediction) || Array.isArray(prediction) ? Object.values(prediction) : [];
    if (tensors.length === slots.length && tensors.every(isTensor)) return Object.values(prediction);
    refuse(TypeError, 'unpackRows', 'a prediction', show(prediction));
  }
  const total = widthOf(slots);
  const [rows = 0] = prediction.shape;
  if (prediction.size !== rows * total)
    refuse(ShapeError, 'unpackRows', `a prediction [batch, ${total}]`, prediction.shape);
  return tidy(() => {
    const flat = reshape(prediction, [rows, total]);
    return slots.map(({ begin, shape }) => partOf(flat, begin, shape));
  });
}

/**
 * A loss for a model with several outputs: the weighted sum of a loss of each. The targets of each output have its
 * shape (classes one-hot) and are side by side as in `packRows`. Deprecated, will be removed after one release: `loss`
 * and `lossWeights` of `fit`, `evaluate` and `trainer` may be arrays or objects with a loss and a factor for each
 * output.
 *
 * @param losses one for each output @param options `weights`: the factor of each, default 1
 * @throws TypeError when there are not as many losses as outputs
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { crossEntropy, meanSquaredError } from 'wasmgrad/losses';
 * import { connect, input, lossPerOutput, model } from 'wasmgrad/models';
 * import { sgd } from 'wasmgrad/optimizers';
 * await init();
 * const x = input({ shape: [2] });
 * const kind = connect(dense({ units: 2, activation: 'softmax', kernelInitializer: 'zeros' }), x);
 * const size = connect(dense({ units: 1, kernelInitializer: 'zeros' }), x);
 * const network = model({ inputs: x, outputs: [kind, size] });
 * const loss = lossPerOutput(network, [crossEntropy(), meanSquaredError()], { weights: [1, 0.1] });
 * const trainer = network.trainer({ loss, optimizer: sgd({ learningRate: 0.1 }), batchSize: 1 });
 * console.log(trainer.step(Float32Array.of(1, 2), [1, 0, 3])); // log(2) + 0.1 * 9 = 1.593
 * trainer.dispose();
 * network.dispose();
 * ```
 */
export function lossPerOutput(
  model: InferenceModel,
  losses: readonly Loss[],
  options: { readonly weights?: readonly number[] | undefined } = {},
): Loss {
  knownOptions('lossPerOutput', options, ['weights']);
  const slots = slotsOf('lossPerOutput', model);
  const given: unknown = losses;
  if (!Array.isArray(given)) refuse(TypeError, 'lossPerOutput', 'losses to be an array', show(given));
  const weights = options.weights ?? losses.map(() => 1);
  listLike('lossPerOutput', 'weights', weights);
  if (losses.length !== slots.length || weights.length !== slots.length)
    refuse(
      TypeError,
      'lossPerOutput',
      `${slots.length} losses and weights, one for each output`,
      `${losses.length} and ${weights.length}`,
    );
  losses.forEach((loss, i) => {
    checkLoss('lossPerOutput', loss, slots[i]?.shape ?? []);
    finiteNumber('lossPerOutput', `weights[${i}]`, weights[i], { min: 0 });
  });
  const sum = sumOfLosses(slots, losses, weights);
  const own: Loss = (prediction, target, given) =>
    onBehalfOf('lossPerOutput', () => {
      for (const rows of [prediction, target]) checkTensor('lossPerOutput', rows, 'rows of outputs');
      return sum(prediction, target, given);
    });
  return Object.assign(own, sum);
}
