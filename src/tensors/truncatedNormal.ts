import { finiteNumber, knownOptions } from '../core/checks.js';
import { checkShape, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { seedWords, type NormalOptions } from './creation.js';
import { Tensor } from './tensor.js';

/**
 * Normally distributed numbers, of which those further than two standard deviations from the mean are drawn again; the same
 * bits on every engine.
 *
 * @throws ShapeError, RangeError, TypeError
 * @example
 * ```ts
 * import { init, randomTruncatedNormal } from 'wasmgrad';
 * await init();
 * console.log(randomTruncatedNormal([2, 3], { seed: 1, std: 0.1 }).shape); // [2, 3]
 * ```
 */
export function randomTruncatedNormal(shape: Shape, options: NormalOptions = {}): Tensor {
  const checked = checkShape('randomTruncatedNormal', shape);
  const { seed, mean = 0, std = 1 } = knownOptions('randomTruncatedNormal', options, ['seed', 'mean', 'std']);
  finiteNumber('randomTruncatedNormal', 'mean', mean);
  finiteNumber('randomTruncatedNormal', 'std', std, { min: 0 });
  const [low, high] = seedWords('randomTruncatedNormal', seed);
  const out = Tensor.allocate(checked, 'f32', 'randomTruncatedNormal');
  call(kernels.truncatedNormalFill, out.pointer(), low, high, 0, mean, std, 0, out.size);
  return out;
}
