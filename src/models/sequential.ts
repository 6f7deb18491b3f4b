import type { Layer } from '../layers/layer.js';
import { runtime } from '../runtime/state.js';
import { buildNetwork, initialWeights, type NetworkOptions } from './build.js';
import { Model } from './model.js';
import type { ModelAsLayer } from './placing.js';

/**
 * A model of layers applied one after the other. It checks all shapes and makes the weights immediately.
 *
 * A model among the layers shares its weights (`model_1/dense_1/kernel`): training one model trains the other, and
 * either may be disposed first.
 *
 * @param options `inputShape`: shape of one sample, without the batch axis; `seed`: of initial weights, default 0;
 *   `name`: of this model as a layer of others
 * @throws ShapeError, RangeError, TypeError naming the layer; NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [784], seed: 7 }, [
 *   dense({ units: 128, activation: 'relu' }),
 *   dense({ units: 10, activation: 'softmax' }),
 * ]);
 * console.log(model.parameterCount); // 101770
 * model.dispose();
 * ```
 */
export function sequential(options: NetworkOptions, layers: readonly (Layer | ModelAsLayer)[]): Model {
  runtime();
  return Model.of(buildNetwork(options, layers, initialWeights));
}
