import { ADD } from '../runtime/generated/layout.js';
import { applyOne, type Maybe, type SameTypeOp } from '../autodiff/op.js';
import type { DType, Tensor } from '../tensors/tensor.js';
import { broadcastMaybe, sumTo } from './broadcast.js';
import { mul } from './mul.js';
import { only } from './support/arguments.js';
import { arithmetic, binary, forwardBroadcast, inferBroadcast, type BroadcastKernels } from './support/constructors.js';
import type { Operand } from './support/operands.js';

/** a + sign * b, broadcast. */
export function signedSum(name: string, variants: BroadcastKernels, sign: 1 | -1): SameTypeOp<undefined> {
  const signed = (b: Maybe): Maybe => b && (sign > 0 ? b : mul(b, sign));
  const op: SameTypeOp<undefined> = {
    name,
    infer: inferBroadcast(name, variants),
    forward: forwardBroadcast(variants),
    rules: {
      vjp: ({ inputs, needs }, [cotangent]) => {
        const [toA, toB] = inputs.map(({ shape }, i) => (cotangent && needs[i] ? sumTo(cotangent, shape) : undefined));
        return [toA, signed(toB)]; // summed first, so that the smaller tensor is negated
      },
      jvp: ({ outputs }, [da, db]) => {
        const tangent = da && db ? applyOne(op, [da, db], undefined) : (da ?? signed(db));
        return [broadcastMaybe(tangent, only(outputs))];
      },
      saves: { inputs: false },
    },
  };
  return op;
}

const addOp = signedSum('add', { ...arithmetic, operation: ADD }, 1);

/**
 * a + b, broadcast.
 *
 * @throws ShapeError, DTypeError, DisposedError
 * @example
 * ```ts
 * import { add, init, tensor } from 'wasmgrad';
 * await init();
 * console.log(add(tensor([[1, 2], [3, 4]]), tensor([10, 20])).toArray()); // [[11, 22], [13, 24]]
 * ```
 */
export function add<D extends DType = 'f32'>(a: Operand<D>, b: Operand<D>): Tensor<D> {
  return binary<D, D>(addOp, a, b);
}
