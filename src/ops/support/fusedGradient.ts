// A gradient kernel does `direction * f'(v)` in one pass. As an op with rules of its own it can be
// differentiated again: it is linear in the direction, and diagonal in v.
import { addMaybe } from '../../autodiff/linear.js';
import { applyOne, lateRules, type LateOp } from '../../autodiff/op.js';
import { call, type Kernel } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { mul } from '../mul.js';
import { nth, only } from './arguments.js';

/** A kernel from direction and v to the result, parameters behind, for the elements of a range. */
type GradientKernel<A extends readonly number[]> = Kernel<
  [direction: number, v: number, result: number, ...A, begin: number, end: number]
>;

/** direction * f'(v) for tensors of equal shape; v is what the kernel reads, the function's input or its output. */
export function fusedGradient<A extends readonly number[]>(name: string, kernel: GradientKernel<A>): LateOp<A> {
  return {
    name,
    infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
    forward: (inputs, outputs, parameters) => {
      const [direction, v, result] = [only(inputs).pointer(), nth(inputs, 1).pointer(), only(outputs)];
      call(kernel, direction, v, result.pointer(), ...parameters, 0, result.size);
    },
    rules: 'later',
  };
}

/**
 * What gives such an operation its rules.
 *
 * @param curvature direction * f''(v), elementwise, written with ops; left out where f'' is zero wherever it exists
 */
export function gradientRules<A extends readonly number[]>(
  op: LateOp<A>,
  curvature?: (direction: Tensor, v: Tensor, ...parameters: A) => Tensor,
): () => void {
  return lateRules(op, {
    vjp: ({ inputs, attributes, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [direction, v] = [nth(inputs, 0), nth(inputs, 1)];
      const toV = needs[1] ? curvature?.(mul(cotangent, direction), v, ...attributes) : undefined;
      return [needs[0] ? applyOne(op, [cotangent, v], attributes) : undefined, toV];
    },
    jvp: ({ inputs, attributes }, [dDirection, dv]) => {
      const [direction, v] = [nth(inputs, 0), nth(inputs, 1)];
      const linear = dDirection && applyOne(op, [dDirection, v], attributes);
      return [addMaybe(linear, dv && curvature?.(mul(dv, direction), v, ...attributes))];
    },
  });
}
