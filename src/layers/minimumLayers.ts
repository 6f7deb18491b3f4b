import { knownOptions } from '../core/checks.js';
import { minimum } from '../ops/minimum.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The smallest of several inputs at every position, for functional models.
 *
 * @throws TypeError for bad options; ShapeError for inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { minimumLayers, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const network = model({ inputs: x, outputs: connect(minimumLayers(), x, connect(dense({ units: 8 }), x)) });
 * console.log(network.outputShape); // [8]
 * network.dispose();
 * ```
 */
export function minimumLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('minimumLayers', options, ['name']);
  return mergeLayer(
    'minimumLayers',
    options,
    (shapes) => commonShape('minimumLayers', shapes),
    (xs) => xs.reduce((least, x) => minimum(least, x)),
  );
}
