// A gradient kernel computes `direction * f'(v)` in one pass. It is an op with its own rules, linear in the direction
// and elementwise in v, so that it can be differentiated again.
import { addMaybe } from '../../autodiff/linear.js';
import { applyOne, type Applied, type Maybe, type Op } from '../../autodiff/op.js';
import { call, type Kernel } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { mul } from '../mul.js';
import { nth, only } from './arguments.js';

/** A kernel from direction and v to the result for a range of elements. Its parameters stand after the result. */
export type GradientKernel<A extends readonly number[]> = Kernel<
  [direction: number, v: number, result: number, ...A, begin: number, end: number]
>;

/** direction * f''(v), elementwise, written with ops. */
export type Curvature<A extends readonly number[]> = (direction: Tensor, v: Tensor, ...parameters: A) => Tensor;

/**
 * The operation direction * f'(v) for tensors of equal shape; v is the function's input or its output.
 *
 * @param curvature left out when f'' is 0 wherever it exists
 */
export function gradientOp<A extends readonly number[]>(
  name: string,
  forward: (direction: Tensor, v: Tensor, result: Tensor, parameters: A) => void,
  curvature?: Curvature<A>,
): Op<A> {
  const alongDirection = (change: Maybe, { inputs, attributes }: Applied<A>): Maybe =>
    change && applyOne(op, [change, nth(inputs, 1)], attributes);
  const alongV = (change: Maybe, { inputs, attributes }: Applied<A>): Maybe =>
    change && curvature?.(mul(change, only(inputs)), nth(inputs, 1), ...attributes);
  const op: Op<A> = {
    name,
    infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
    forward: (inputs, outputs, parameters) => {
      forward(only(inputs), nth(inputs, 1), only(outputs), parameters);
    },
    rules: {
      vjp: (applied, [cotangent]) => [
        applied.needs[0] ? alongDirection(cotangent, applied) : undefined,
        applied.needs[1] ? alongV(cotangent, applied) : undefined,
      ],
      jvp: (applied, [dDirection, dv]) => [addMaybe(alongDirection(dDirection, applied), alongV(dv, applied))],
    },
  };
  return op;
}

/** Such an operation when its forward pass is one kernel. */
export function fusedGradient<A extends readonly number[]>(
  name: string,
  kernel: GradientKernel<A>,
  curvature?: Curvature<A>,
): Op<A> {
  return gradientOp<A>(
    name,
    (direction, v, result, parameters) => {
      call(kernel, direction.pointer(), v.pointer(), result.pointer(), ...parameters, 0, result.size);
    },
    curvature,
  );
}
