import { knownOptions } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { sub } from '../ops/sub.js';
import type { Layer } from './layer.js';
import { commonShape, mergeLayer } from './support/merging.js';

/**
 * The first of two inputs minus the second, for functional models.
 *
 * @throws TypeError for bad options; ShapeError for more than two inputs, or inputs whose shapes do not broadcast
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { subtractLayers, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const network = model({ inputs: x, outputs: connect(subtractLayers(), x, connect(dense({ units: 8 }), x)) });
 * console.log(network.outputShape); // [8]
 * network.dispose();
 * ```
 */
export function subtractLayers(options: { readonly name?: string | undefined } = {}): Layer {
  knownOptions('subtractLayers', options, ['name']);
  return mergeLayer(
    'subtractLayers',
    options,
    (shapes) => {
      if (shapes.length > 2) refuse(ShapeError, 'subtractLayers', 'two inputs', shapes.length);
      return commonShape('subtractLayers', shapes);
    },
    (xs) => xs.reduce((rest, x) => sub(rest, x)),
  );
}
