import { finiteNumber, knownOptions } from '../core/checks.js';
import { cosPi, powersOf } from '../core/deterministic.js';
import { ShapeError, refuse } from '../core/errors.js';
import type { Shape } from '../core/shapes.js';
import { add } from '../ops/add.js';
import { maskSteps } from '../ops/maskSteps.js';
import { tensor } from '../tensors/creation.js';
import type { Layer } from './layer.js';

/** Steps and features of a sequence. */
function sizes(inputShape: Shape): [steps: number, features: number] {
  const [steps, features] = inputShape;
  if (inputShape.length === 2 && steps !== undefined && features !== undefined) return [steps, features];
  refuse(ShapeError, 'positionalEncoding', 'input [batch, steps, features]', ['batch', ...inputShape]);
}

/** Row t: sin(t w_0), cos(t w_0), sin(t w_1), ... with w_i = base^(-2i/features); the same bits on every engine. */
function encoding(steps: number, features: number, base: number): Float32Array {
  const power = powersOf(base);
  const values = new Float32Array(steps * features);
  for (let j = 0; j < features; j++) {
    const frequency = 1 / power((2 * Math.floor(j / 2)) / features);
    for (let t = 0; t < steps; t++) {
      const halfTurns = (t * frequency) / Math.PI;
      values[t * features + j] = cosPi(j % 2 === 0 ? halfTurns - 0.5 : halfTurns); // sin x = cos(x - pi/2)
    }
  }
  return values;
}

/**
 * Encodes the position of every step of a sequence (Vaswani et al. 2017): adds `sin(t / base^(2i/features))` to feature
 * 2i and the cosine to feature 2i + 1. x and output [B, T, features]; past a length the output is 0. There are no
 * weights.
 *
 * @param options `base`: > 1, default 10000
 * @throws TypeError, RangeError for bad options; ShapeError for an input that is not a sequence
 * @example
 * ```ts
 * import { init } from 'wasmgrad';
 * import { positionalEncoding } from 'wasmgrad/layers';
 * import { sequential } from 'wasmgrad/models';
 * await init();
 * const model = sequential({ inputShape: [2, 2] }, [positionalEncoding()]);
 * console.log(model.predict([[[0, 0], [0, 0]]]).toArray()); // [[[0, 1], [0.8415, 0.5403]]]
 * model.dispose();
 * ```
 */
export function positionalEncoding(
  options: { readonly base?: number | undefined; readonly name?: string | undefined } = {},
): Layer {
  knownOptions('positionalEncoding', options, ['base', 'name']);
  const base = finiteNumber('positionalEncoding', 'base', options.base ?? 10_000, { above: 1 });
  return {
    kind: 'positionalEncoding',
    name: options.name,
    config: { ...options },
    outputShape(inputShape) {
      sizes(inputShape);
      return inputShape;
    },
    apply(_, x, { lengths }) {
      const [steps, features] = sizes(x.shape.slice(1));
      const y = add(x, tensor(encoding(steps, features, base), [steps, features]));
      return lengths ? maskSteps(y, lengths) : y;
    },
  };
}
