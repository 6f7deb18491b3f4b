import type { Constraint } from './constraints.js';
import { knownOptions, wholeNumber } from '../core/checks.js';
import { valuesKnown } from '../autodiff/op.js';
import { cast } from '../ops/cast.js';
import { gather } from '../ops/gather.js';
import type { Initializer } from './initializers.js';
import * as kernels from '../runtime/generated/kernels.js';
import { prepare } from '../runtime/kernels.js';
import type { Layer } from './layer.js';
import type { Regularizer } from './regularizers.js';
import { checkIndexValues } from './support/indexValues.js';
import { weightOf, weightOptions, weighted, type WeightedOptions } from './support/weights.js';

export interface EmbeddingOptions extends WeightedOptions {
  /** Number of different indices, >= 1. */
  readonly inputDim: number;
  /** Length of the vectors, >= 1. */
  readonly outputDim: number;
  /** Default `'randomUniform'`: -0.05 to 0.05, as Keras. */
  readonly embeddingsInitializer?: Initializer | undefined;
  readonly embeddingsRegularizer?: Regularizer | undefined;
  readonly embeddingsConstraint?: Constraint | undefined;
}

/**
 * A trained vector for each index: input [B, ...] of whole numbers 0..inputDim-1, output [B, ..., outputDim]. Other
 * numbers are an error of `predict`, `fit` and the like when the layer is the model's first, apart from `flatten` and
 * `reshape`; deeper in a model such an index gives a row of NaN, and training ends with `NonFiniteError`.
 *
 * @throws TypeError, RangeError for bad options and, before anything runs, for numbers that are not indices
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { embedding } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [4] }, [embedding({ inputDim: 1000, outputDim: 16 })]);
 * console.log(model.predict([[5, 1, 999, 0]]).shape); // [1, 4, 16]
 * model.dispose();
 * ```
 */
export function embedding(options: EmbeddingOptions): Layer {
  const own = ['embeddingsInitializer', 'embeddingsRegularizer', 'embeddingsConstraint'];
  knownOptions('embedding', options, ['inputDim', 'outputDim', ...own, 'trainable', 'name']);
  // f32 holds every whole number up to 2^24.
  const inputDim = wholeNumber('embedding', 'inputDim', options.inputDim, { min: 1, max: 2 ** 24 });
  const outputDim = wholeNumber('embedding', 'outputDim', options.outputDim, { min: 1 });
  const { embeddingsInitializer = 'randomUniform', embeddingsRegularizer, embeddingsConstraint } = options;
  const embeddings = weightOptions(
    'embedding',
    'embeddings',
    embeddingsInitializer,
    embeddingsRegularizer,
    embeddingsConstraint,
  );
  return {
    ...weighted('embedding', options),
    indices: inputDim,
    outputShape: (inputShape) => [...inputShape, outputDim],
    init() {
      prepare(kernels.gather);
      return { embeddings: { shape: [inputDim, outputDim], ...embeddings } };
    },
    apply(weights, x, { lengths }) {
      if (valuesKnown() && !lengths) checkIndexValues('embedding', x.data(), inputDim);
      return gather(weightOf('embedding', weights, 'embeddings'), cast(x, 'i32'));
    },
  };
}
