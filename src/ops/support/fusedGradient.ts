// A gradient kernel does `direction * f'(v)` in one pass. As an op with rules of its own it can be
// differentiated again: it is linear in the direction, and diagonal in v.
import { addMaybe } from '../../autodiff/linear.js';
import { applyOne, type Op } from '../../autodiff/op.js';
import { mul } from '../mul.js';
import type { Tensor } from '../../tensors/tensor.js';
import { nth, only } from './arguments.js';

export interface FusedGradientDefinition<A> {
  readonly name: string;
  /** Calls the kernel for n elements. */
  readonly run: (direction: number, v: number, result: number, n: number, attributes: A) => void;
  /**
   * direction * f''(v), elementwise, written with ops; left out where f'' is zero wherever it exists.
   */
  readonly curvature?: (direction: Tensor, v: Tensor, attributes: A) => Tensor;
}

/** direction * f'(v) for tensors of equal shape; v is what the kernel reads, the function's input or its output. */
export function fusedGradient<A>({ name, run, curvature }: FusedGradientDefinition<A>): Op<A> {
  const op: Op<A> = {
    name,
    infer: (inputs) => [{ shape: only(inputs).shape, dtype: 'f32' }],
    forward: (inputs, outputs, attributes) => {
      const direction = only(inputs);
      run(direction.pointer(), nth(inputs, 1).pointer(), only(outputs).pointer(), direction.size, attributes);
    },
    rules: {
      vjp: ({ inputs, attributes, needs }, [cotangent]) => {
        if (!cotangent) return [];
        const [direction, v] = [nth(inputs, 0), nth(inputs, 1)];
        const toV = needs[1] ? curvature?.(mul(cotangent, direction), v, attributes) : undefined;
        return [needs[0] ? applyOne(op, [cotangent, v], attributes) : undefined, toV];
      },
      jvp: ({ inputs, attributes }, [dDirection, dv]) => {
        const [direction, v] = [nth(inputs, 0), nth(inputs, 1)];
        const linear = dDirection && applyOne(op, [dDirection, v], attributes);
        return [addMaybe(linear, dv && curvature?.(mul(dv, direction), v, attributes))];
      },
    },
  };
  return op;
}
