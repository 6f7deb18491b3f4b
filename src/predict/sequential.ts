import { buildNetwork, type NetworkOptions, type WeightSource } from '../models/build.js';
import { InferenceModel } from '../models/inferenceModel.js';
import type { ModelAsLayer } from '../models/placing.js';
import { write } from '../models/programs.js';
import type { Layer } from '../layers/layer.js';
import { runtime } from '../runtime/state.js';
import { seedWords } from '../tensors/creation.js';

/** Zeros for every initialiser, since `setWeights` replaces the values anyway. */
function zeros(where: string, seed: number | undefined): WeightSource {
  seedWords(where, seed);
  return () => (weight) => write(weight, new Float32Array(weight.size));
}

/**
 * A sequential model for pages that only predict. It has `predict`, `predictor`, `predictState`, `apply` and the
 * weights like a model of `wasmgrad/models`, but no `fit`, `trainer`, `evaluate` and `summary`, so that a bundler
 * leaves out all of training. Options and layers are the same. The weights are zeros until `setWeights`: initialisers
 * and `seed` are checked but not used.
 *
 * @param options `inputShape`: shape of one sample, without the batch axis
 * @throws ShapeError, RangeError, TypeError naming the layer; NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/predict';
 * await init();
 * const model = sequential({ inputShape: [2] }, [dense({ units: 1, activation: 'sigmoid' })]);
 * model.setWeights({ 'dense_1/kernel': [[1], [-1]], 'dense_1/bias': [0] }); // as getWeights() gave them after training
 * console.log(model.predict([[3, 3]]).toArray()); // [[0.5]]
 * model.dispose();
 * ```
 */
export function sequential(options: NetworkOptions, layers: readonly (Layer | ModelAsLayer)[]): InferenceModel {
  runtime();
  return InferenceModel.of(buildNetwork(options, layers, zeros));
}
