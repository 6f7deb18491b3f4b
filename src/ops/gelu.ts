import { knownOptions, show } from '../core/checks.js';
import { applyOne, type Op } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { clip } from './clip.js';
import { exp } from './exp.js';
import { mul } from './mul.js';
import { square } from './square.js';
import { sub } from './sub.js';
import { elementwise } from './support/constructors.js';
import { fusedGradient } from './support/fusedGradient.js';
import { withOperand, type Operand } from './support/operands.js';
import { tanh, tanhGradient } from './tanh.js';

/** Beyond it both second derivatives are 0 in f32, and powers of x would overflow. */
const FLAT = 15;
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);
const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

const geluGradientOp: Op<undefined> = fusedGradient({
  name: 'geluGradient',
  run: (direction, x, result, n) => call(kernels.geluGradient, direction, x, result, 0, n),
  // With the normal density phi: gelu'' = phi(x) (2 - x^2).
  curvature: (direction, x) => {
    const xx = square(clip(x, -FLAT, FLAT));
    const density = mul(exp(mul(xx, -0.5)), DENSITY_AT_ZERO);
    return mul(direction, mul(density, sub(2, xx)));
  },
});

const geluTanhGradientOp: Op<undefined> = fusedGradient({
  name: 'geluTanhGradient',
  run: (direction, x, result, n) => call(kernels.geluTanhGradient, direction, x, result, 0, n),
  // f = x (1 + t) / 2, t = tanh(u), u = SCALE (x + CUBIC x^3):
  // f'' = (1 - t^2) (u' + x u'' / 2 - x t u'^2).
  curvature: (direction, given) => {
    const x = clip(given, -FLAT, FLAT);
    const xx = square(x);
    const t = tanh(mul(x, mul(add(mul(xx, CUBIC), 1), SCALE)));
    const du = mul(add(mul(xx, 3 * CUBIC), 1), SCALE);
    const halfXddu = mul(xx, 3 * CUBIC * SCALE);
    return tanhGradient(mul(direction, sub(add(du, halfXddu), mul(mul(x, t), square(du)))), t);
  },
});

const geluOp: Op<undefined> = elementwise({
  name: 'gelu',
  run: (x, y, n) => call(kernels.geluMap, x, y, 0, n),
  derivative: (direction, x) => applyOne(geluGradientOp, [direction, x], undefined),
});

const geluTanhOp: Op<undefined> = elementwise({
  name: 'geluTanh',
  run: (x, y, n) => call(kernels.geluTanhMap, x, y, 0, n),
  derivative: (direction, x) => applyOne(geluTanhGradientOp, [direction, x], undefined),
});

export interface GeluOptions {
  /** `false` (default): x Phi(x) with the normal distribution. `'tanh'`: the approximation of GPT-2 and BERT. */
  readonly approximate?: false | 'tanh';
}

/**
 * The Gaussian error linear unit x Phi(x) = x (1 + erf(x / sqrt(2))) / 2, or its approximation
 * x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) / 2 (Hendrycks and Gimpel 2016).
 *
 * @throws DTypeError, DisposedError, TypeError for other options
 * @example
 * ```ts
 * import { gelu, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(gelu(tensor([0, 20])).toArray(), gelu(tensor(0), { approximate: 'tanh' }).item()); // [0, 20] 0
 * ```
 */
export function gelu(x: Operand, options: GeluOptions = {}): Tensor {
  const { approximate = false } = knownOptions('gelu', options, ['approximate']);
  if (approximate !== false && (approximate as unknown) !== 'tanh') {
    throw new TypeError(`gelu: expected approximate to be false or 'tanh', got ${show(approximate)}`);
  }
  return withOperand('gelu', x, (operand) => applyOne(approximate ? geluTanhOp : geluOp, [operand], undefined));
}
