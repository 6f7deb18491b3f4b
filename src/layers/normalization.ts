import { knownOptions, wholeNumber } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { div } from '../ops/div.js';
import { maximum } from '../ops/maximum.js';
import { reshape } from '../ops/reshape.js';
import { sqrt } from '../ops/sqrt.js';
import { sub } from '../ops/sub.js';
import type { Tensor } from '../tensors/tensor.js';
import type { Layer } from './layer.js';
import { weightOf } from './support/weights.js';

/** Deviations below this are taken to be this, as Keras does. */
const SMALLEST = 1e-7;

/** The normalised axis counted from 0, the batch, for a sample's shape. */
function axisOf(axis: number, inputShape: Shape): number {
  const rank = inputShape.length + 1;
  const at = axis < 0 ? axis + rank : axis;
  if (at >= 1 && at < rank) return at;
  refuse(ShapeError, 'normalization', `input with an axis ${axis} after the batch axis`, inputShape);
}

/**
 * Subtracts a mean and divides by a standard deviation that do not change in training, as Keras: `(x - mean) /
 * max(sqrt(variance), 1e-7)`, with an entry for every position along one axis. Input and output [B, ...]; the weights
 * `mean` and `variance`, at first 0 and 1, have the axis' size and are set with `setWeights`.
 *
 * @param options `axis`: counted from 0, the batch; default -1, the last
 * @throws TypeError, RangeError for bad options; ShapeError for an input without that axis
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { normalization } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [2] }, [normalization({ name: 'scaling' })]);
 * model.setWeights({ 'scaling/mean': [1, 2], 'scaling/variance': [4, 1] });
 * console.log(model.predict([[3, 3]]).toArray()); // [[1, 1]]
 * model.dispose();
 * ```
 */
export function normalization(
  options: { readonly axis?: number | undefined; readonly name?: string | undefined } = {},
): Layer {
  knownOptions('normalization', options, ['axis', 'name']);
  const axis = wholeNumber('normalization', 'axis', options.axis ?? -1);
  return {
    kind: 'normalization',
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      axisOf(axis, inputShape);
      return inputShape;
    },
    init(inputShape) {
      const shape = [inputShape[axisOf(axis, inputShape) - 1] ?? 1];
      return {
        mean: { shape, initializer: 'zeros', trainable: false },
        variance: { shape, initializer: 'ones', trainable: false },
      };
    },
    apply(weights, x) {
      const at = axisOf(axis, x.shape.slice(1));
      const along = (short: string): Tensor =>
        reshape(
          weightOf('normalization', weights, short),
          x.shape.map((size, i) => (i === at ? size : 1)),
        );
      return div(sub(x, along('mean')), maximum(sqrt(along('variance')), SMALLEST));
    },
  };
}
