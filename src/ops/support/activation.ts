// An activation is described in one file, src/ops/<name>.ts, in two exports: its function, which pages that predict
// need, and its derivative, which only pages that train need. They are two exports because a bundler drops unused
// exports but not unused properties of an object. All of them are listed in src/ops/activations.ts.
import { applyOne, type RuleAttributes, type Rules } from '../../autodiff/op.js';
import type { Tensor } from '../../tensors/tensor.js';
import { diagonal, tabled, unary, type MapKernel, type TabledName } from './elementwise.js';
import { fusedGradient, type Curvature, type GradientKernel } from './fusedGradient.js';
import type { Operand } from './operands.js';

/** A function of one operand, applied to each element. */
export type ActivationFunction = (x: Operand) => Tensor;

/**
 * The function that a map kernel computes. Its derivative is in the table of the transformations under the same name.
 */
export function defineActivation<N extends TabledName>(
  name: N,
  map: MapKernel<RuleAttributes[N]>,
  ...parameters: RuleAttributes[N]
): ActivationFunction {
  const op = tabled(name, map);
  return (x) => unary(op, x, ...parameters);
}

/** An activation with a parameter. */
export interface ParametricActivation<N extends string, P> {
  /** The parameter's name in the object form of the option, `{ name: 'elu', alpha: 2 }`. */
  readonly parameter: N;
  /** Checks a value of the parameter, `undefined` for the default, and returns it together with the function. */
  readonly bind: (where: string, value: unknown) => { readonly value: P; readonly apply: (x: Tensor) => Tensor };
}

/**
 * Describes an activation with a parameter.
 *
 * @param check returns the value, or throws a TypeError or RangeError
 */
export function parametric<N extends string, P>(
  apply: (x: Tensor, parameter: P) => Tensor,
  parameter: N,
  standard: P,
  check: (where: string, what: string, value: unknown) => P,
): ParametricActivation<N, P> {
  return {
    parameter,
    bind: (where, given) => {
      const value = check(where, `activation.${parameter}`, given ?? standard);
      return { value, apply: (x) => apply(x, value) };
    },
  };
}

/** The derivative of an activation: its rules, for the table, and the function that they call. */
export interface ActivationDerivative<A extends readonly number[]> extends Rules<A> {
  /** direction * f'(x). v is the input of f or its output, according to `reads`. */
  readonly along: (direction: Tensor, v: Tensor, ...parameters: A) => Tensor;
}

/** Describes the derivative of an activation that has a gradient kernel. */
export function defineDerivative<A extends readonly number[]>(definition: {
  /** The activation's. */
  readonly name: string;
  /** direction * f', from x or from y = f(x). */
  readonly gradient: GradientKernel<A>;
  readonly reads: 'x' | 'y';
  /**
   * direction * f'' as a function of what `gradient` reads, written with ops; left out when f'' is 0 wherever it exists.
   */
  readonly curvature?: Curvature<A>;
}): ActivationDerivative<A> {
  const { name, gradient, reads, curvature } = definition;
  const op = fusedGradient(`${name}Gradient`, gradient, curvature);
  const along = (direction: Tensor, v: Tensor, ...parameters: A): Tensor => applyOne(op, [direction, v], parameters);
  const rules = diagonal<A>((direction, x, y, ...rest) => along(direction, reads === 'x' ? x : y, ...rest), reads);
  return { ...rules, along };
}
