import { knownOptions, oneOf, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { addMaybe } from '../autodiff/linear.js';
import {
  apply,
  applyOne,
  currentFrame,
  type Applied,
  type Maybe,
  type Op,
  type RuleAttributes,
  type Rules,
} from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import type { Tensor } from '../tensors/tensor.js';
import { add } from './add.js';
import { eluDerivative } from './elu.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { defineDerivative, parametric } from './support/activation.js';
import { bounded } from './support/bounded.js';
import { tabled } from './support/elementwise.js';
import { nth, only } from './support/arguments.js';
import { checkDType, withOperands, type Operand } from './support/operands.js';
import { times } from './support/times.js';
import { tanh, tanhDerivative } from './tanh.js';

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    /** `slope`: whether the derivative is an output, too. It has most of its parts in common with the value. */
    gelu: { readonly slope: boolean };
    geluTanh: [];
  }
}

/** For larger |x| both second derivatives are 0 in f32, and powers of x could overflow. */
const FLAT = 15;
const DENSITY_AT_ZERO = 1 / Math.sqrt(2 * Math.PI);
const SCALE = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** x to gelu(x) and, on request, gelu'(x); its own derivative gives the second order. */
const geluOp: Op<RuleAttributes['gelu']> = {
  name: 'gelu',
  infer: (inputs, { slope }) => (slope ? [only(inputs), only(inputs)] : inputs),
  forward: (inputs, outputs) => {
    const x = only(inputs);
    call(kernels.geluMap, x.pointer(), only(outputs).pointer(), outputs[1]?.pointer() ?? 0, 0, x.size);
  },
  rules: (table) => table.gelu,
};

/** With the normal density phi: gelu'' = phi(x) (2 - x^2). e^u for u <= 0 is the derivative of elu. */
function geluCurvature(direction: Tensor, given: Tensor): Tensor {
  const x = bounded(given, -FLAT, FLAT);
  const xx = mul(x, x);
  return eluDerivative.along(mul(direction, mul(sub(2, xx), DENSITY_AT_ZERO)), mul(xx, -0.5), 1);
}

/** direction * gelu'(x) */
function alongX({ inputs, outputs }: Applied<RuleAttributes['gelu']>, direction: Maybe): Maybe {
  return direction && times(direction, outputs[1] ?? nth(apply(geluOp, inputs, { slope: true }), 1));
}

export const geluRules: Rules<RuleAttributes['gelu']> = {
  vjp: (applied, [byY, bySlope]) => [
    addMaybe(alongX(applied, byY), bySlope && geluCurvature(bySlope, only(applied.inputs))),
  ],
  jvp: (applied, [dx]) => [alongX(applied, dx), applied.outputs[1] && dx && geluCurvature(dx, only(applied.inputs))],
  saves: { inputs: true, outputs: true },
};

export const geluTanhDerivative = defineDerivative({
  name: 'geluTanh',
  gradient: kernels.geluTanhGradient,
  reads: 'x',
  // f = x (1 + t) / 2, t = tanh(u), u = SCALE (x + CUBIC x^3):
  // f'' = (1 - t^2) (u' + x u'' / 2 - x t u'^2).
  curvature: (direction, given) => {
    const x = bounded(given, -FLAT, FLAT);
    const xx = mul(x, x);
    const t = tanh(mul(x, mul(add(mul(xx, CUBIC), 1), SCALE)));
    const du = mul(add(mul(xx, 3 * CUBIC), 1), SCALE);
    const halfXddu = mul(xx, 3 * CUBIC * SCALE);
    return tanhDerivative.along(mul(direction, sub(add(du, halfXddu), mul(mul(x, t), mul(du, du)))), t);
  },
});

const geluTanhOp = tabled('geluTanh', kernels.geluTanhMap);

export interface GeluOptions {
  /**
   * `false` (default): x Phi(x) with the normal distribution function Phi. `'tanh'`: the approximation of GPT-2 and
   * BERT.
   */
  readonly approximate?: false | 'tanh' | undefined;
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
    refuse(TypeError, 'gelu', "approximate to be false or 'tanh'", show(approximate));
  }
  return withOperands('gelu', [x], (operands) => {
    const z = checkDType('gelu', only(operands), 'f32');
    if (approximate) return applyOne(geluTanhOp, [z], []);
    return applyOne(geluOp, [z], { slope: currentFrame()?.pullsTo?.(z) ?? false });
  });
}

type Approximation = false | 'tanh';

export const geluActivation = parametric<'approximate', Approximation>(
  (x, approximate) => gelu(x, { approximate }),
  'approximate',
  false,
  (where, what, value) => (value === false ? value : oneOf<'tanh'>(where, what, value, ['tanh'])),
);
