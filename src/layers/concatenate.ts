import { knownOptions, wholeNumber } from '../core/checks.js';
import { shapeText, type Shape } from '../core/shapes.js';
import { ShapeError, refuse } from '../core/errors.js';
import { concat } from '../ops/concat.js';
import type { Layer } from './layer.js';
import { mergeLayer, sampleAxis } from './support/merging.js';

/** The shape of the inputs side by side. All axes but one must agree. */
function joined(axis: number, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes;
  const at = sampleAxis('concatenate', axis, first.length);
  for (const shape of shapes) {
    if (shape.length === first.length && shape.every((size, i) => i === at || size === first[i])) continue;
    refuse(
      ShapeError,
      'concatenate',
      `inputs that differ in axis ${axis} only`,
      `${shapeText(first)} and ${shapeText(shape)}`,
    );
  }
  return first.map((size, i) => (i === at ? shapes.reduce((total, shape) => total + (shape[at] ?? 0), 0) : size));
}

/**
 * Puts several inputs side by side along one axis, for functional models.
 *
 * @param options `axis`: counted from 0, the batch; default -1, the last
 * @throws TypeError, RangeError for bad options; ShapeError for inputs that differ in other axes
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { concatenate, dense } from 'wasmgrad/layers';
 * import { connect, input, model } from 'wasmgrad/models';
 * await init();
 * const x = input({ shape: [8] });
 * const y = connect(concatenate(), x, connect(dense({ units: 4 }), x));
 * const network = model({ inputs: x, outputs: y });
 * console.log(network.outputShape); // [12]
 * network.dispose();
 * ```
 */
export function concatenate(
  options: { readonly axis?: number | undefined; readonly name?: string | undefined } = {},
): Layer {
  knownOptions('concatenate', options, ['axis', 'name']);
  const axis = wholeNumber('concatenate', 'axis', options.axis ?? -1);
  return mergeLayer(
    'concatenate',
    options,
    (shapes) => joined(axis, shapes),
    (xs) => concat(xs, sampleAxis('concatenate', axis, (xs[0]?.shape.length ?? 1) - 1) + 1),
  );
}
