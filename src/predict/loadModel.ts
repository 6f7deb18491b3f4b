import { knownOptions } from '../core/checks.js';
import { asBytes, type Bytes } from '../io/bytes.js';
import { readModel, type LayerFactories } from '../io/readModel.js';
import { decodeTensors } from '../io/safetensors.js';
import { InferenceModel } from '../models/inferenceModel.js';
import { inferencePorts, placesOf } from '../models/several/inference.js';
import type { NetworkParts } from '../models/network.js';
import type { InferencePorts } from '../models/several/ports.js';
import { runtime } from '../runtime/state.js';

export interface LoadOptions {
  /**
   * Functions that make the layers in the file from their options, by kind: the functions of `wasmgrad/layers` under
   * their own names. When the first argument of such a function is not the options, it is one of them in the file:
   * `activation: (o) => activation(o.activation)`, `bidirectional: ({ layer, ...o }) => bidirectional(layer, o)`, and
   * likewise `timeDistributed`.
   */
  readonly layers: LayerFactories;
}

/** What predictions need, unlike the `makePorts` of models that can be trained. */
function makePorts(network: NetworkParts): InferencePorts | undefined {
  const places = placesOf(network);
  return places && inferencePorts(places);
}

/**
 * Loads a model from the bytes of `saveModel`, for pages that only predict. Unlike `loadModel` of `wasmgrad/io` it
 * knows only the layers it is given, so that a bundler leaves out the others. Models with several inputs or outputs
 * need `loadModel` of `wasmgrad/io`.
 *
 * @throws FormatError for a damaged or foreign file, and for a kind of layer that `layers` does not have; TypeError;
 *   NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { saveModel } from 'wasmgrad/io';
 * import { dense } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * import { loadModel } from 'wasmgrad/predict';
 * await init();
 * const trained = sequential({ inputShape: [3] }, [dense({ units: 2 })]);
 * const bytes = saveModel(trained); // into a file; a page fetches it
 * const model = loadModel(bytes, { layers: { dense } });
 * console.log(model.predict([[1, 2, 3]]).shape); // [1, 2]
 * trained.dispose();
 * model.dispose();
 * ```
 */
export function loadModel(bytes: Bytes, options: LoadOptions): InferenceModel {
  const { layers } = knownOptions('loadModel', options, ['layers']);
  const given = asBytes('loadModel', bytes);
  runtime();
  const file = decodeTensors('loadModel', given);
  return readModel('loadModel', file, layers, {}, makePorts, (network) => InferenceModel.of(network));
}
