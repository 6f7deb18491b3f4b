import { knownOptions } from '../core/checks.js';
import { maximum } from '../ops/maximum.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The largest of several inputs at every position, for functional models.
 *
 * @throws TypeError for bad options; ShapeError for inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { maximumLayers, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const network = model({ inputs: x, outputs: connect(maximumLayers(), x, connect(dense({ units: 8 }), x)) });
 * console.log(network.outputShape); // [8]
 * network.dispose();
 * ```
 */
export function maximumLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('maximumLayers', options, ['name']);
  return mergeLayer(
    'maximumLayers',
    options,
    (shapes) => commonShape('maximumLayers', shapes),
    (xs) => xs.reduce((most, x) => maximum(most, x)),
  );
}
