import { knownOptions } from '../core/checks.js';
import { add } from '../ops/add.js';
import { mul } from '../ops/mul.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The mean of several inputs, for functional models.
 *
 * @throws TypeError for bad options; ShapeError for inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { averageLayers, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const network = model({ inputs: x, outputs: connect(averageLayers(), x, connect(dense({ units: 8 }), x)) });
 * console.log(network.outputShape); // [8]
 * network.dispose();
 * ```
 */
export function averageLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('averageLayers', options, ['name']);
  return mergeLayer(
    'averageLayers',
    options,
    (shapes) => commonShape('averageLayers', shapes),
    (xs) =>
      mul(
        xs.reduce((total, x) => add(total, x)),
        1 / xs.length,
      ),
  );
}
