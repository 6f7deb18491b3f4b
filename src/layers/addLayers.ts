import { knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The sum of several inputs, for functional models: a residual connection adds the input of a layer to its
 * output.
 *
 * @throws TypeError for bad options; ShapeError for inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { addLayers, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const y = connect(addLayers(), x, connect(dense({ units: 8, activation: 'relu' }), x));
 * const network = model({ inputs: x, outputs: y });
 * console.log(network.outputShape); // [8]
 * network.dispose();
 * ```
 */
export function addLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('addLayers', options, ['name']);
  return mergeLayer(
    'addLayers',
    options,
    (shapes) => commonShape('addLayers', shapes),
    (xs) => xs.reduce((total, x) => add(total, x)),
  );
}
