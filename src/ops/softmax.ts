// softmax and log-softmax with their adjoints over the last axis; other axes are transposed to the end.
import { onBehalfOf } from '../core/errors.js';
import { checkAxis, sizeOf, type Shape } from '../core/shapes.js';
import { addMaybe } from '../autodiff/linear.js';
import { applyOne, type Op, type Rules } from '../autodiff/op.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { sumTo } from './broadcast.js';
import { eluDerivative } from './elu.js';
import { mul } from './mul.js';
import { sub } from './sub.js';
import { nth, only } from './support/arguments.js';
import { checkDType, checkTensor } from './support/operands.js';
import { transpose } from './transpose.js';

const colsOf = (shape: Shape): number => shape.at(-1) ?? 1;
const rowsOf = (shape: Shape): number => sizeOf(shape.slice(0, -1));
const rowSum = (x: Tensor): Tensor => sumTo(x, [...x.shape.slice(0, -1), 1]);

const sameAsFirst = (inputs: readonly Tensor[]) => [{ shape: only(inputs).shape, dtype: 'f32' as const }];

function forwardRows(kernel: typeof kernels.softmaxRows) {
  return (inputs: readonly Tensor[], outputs: readonly Tensor[]): void => {
    const x = only(inputs);
    const rows = rowsOf(x.shape);
    if (x.size > 0) call(kernel, x.pointer(), only(outputs).pointer(), rows, colsOf(x.shape), 0, rows);
  };
}

function forwardGradient(kernel: typeof kernels.softmaxGradient) {
  return (inputs: readonly Tensor[], outputs: readonly Tensor[]): void => {
    const [direction, y] = [nth(inputs, 0), nth(inputs, 1)];
    const rows = rowsOf(y.shape);
    if (y.size === 0) return;
    call(kernel, direction.pointer(), y.pointer(), only(outputs).pointer(), rows, colsOf(y.shape), 0, rows);
  };
}

/** y * (v - sum(v y)), for cotangents and tangents, since the Jacobian of softmax is symmetric. */
const softmaxGradientOp: Op<undefined> = {
  name: 'softmaxGradient',
  infer: sameAsFirst,
  forward: forwardGradient(kernels.softmaxGradient),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [v, y] = [nth(inputs, 0), nth(inputs, 1)];
      const byY = (): Tensor => sub(mul(cotangent, sub(v, rowSum(mul(v, y)))), mul(v, rowSum(mul(cotangent, y))));
      return [needs[0] ? softmaxGradient(cotangent, y) : undefined, needs[1] ? byY() : undefined];
    },
    jvp: ({ inputs }, [dv, dy]) => {
      const [v, y] = [nth(inputs, 0), nth(inputs, 1)];
      const byY = dy && sub(mul(dy, sub(v, rowSum(mul(v, y)))), mul(y, rowSum(mul(v, dy))));
      return [addMaybe(dv && softmaxGradient(dv, y), byY)];
    },
  },
};

/** The derivative of softmax over the last axis along `direction`, from y = softmax(x). */
export function softmaxGradient(direction: Tensor, y: Tensor): Tensor {
  return applyOne(softmaxGradientOp, [direction, y], undefined);
}

declare module '../autodiff/op.js' {
  interface RuleAttributes {
    softmax: undefined;
  }
}

export const softmaxRules: Rules<undefined> = {
  vjp: ({ outputs }, [cotangent]) => [cotangent && softmaxGradient(cotangent, only(outputs))],
  jvp: ({ outputs }, [tangent]) => [tangent && softmaxGradient(tangent, only(outputs))],
  saves: { inputs: false, outputs: true },
};

const softmaxOp: Op<undefined> = {
  name: 'softmax',
  infer: sameAsFirst,
  forward: forwardRows(kernels.softmaxRows),
  rules: (table) => table.softmax,
};

/** Softmax over the last axis. */
export function softmaxLast(x: Tensor): Tensor {
  return alongLast(softmaxOp, x);
}

/** x e^y for y <= 0, where e^y is the derivative of elu. */
const timesExp = (x: Tensor, y: Tensor): Tensor => eluDerivative.along(x, y, 1);

/** dx = c - exp(y) sum(c), the adjoint of log-softmax at y = logSoftmax(x). */
const logSoftmaxGradientOp: Op<undefined> = {
  name: 'logSoftmaxGradient',
  infer: sameAsFirst,
  forward: forwardGradient(kernels.logSoftmaxGradient),
  rules: {
    vjp: ({ inputs, needs }, [cotangent]) => {
      if (!cotangent) return [];
      const [c, y] = [nth(inputs, 0), nth(inputs, 1)];
      const weighted = timesExp(cotangent, y);
      return [
        needs[0] ? sub(cotangent, rowSum(weighted)) : undefined,
        needs[1] ? mul(mul(weighted, rowSum(c)), -1) : undefined,
      ];
    },
    jvp: ({ inputs }, [dc, dy]) => {
      const [c, y] = [nth(inputs, 0), nth(inputs, 1)];
      return [addMaybe(dc && logSoftmaxGradient(dc, y), dy && mul(mul(timesExp(dy, y), rowSum(c)), -1))];
    },
  },
};

function logSoftmaxGradient(cotangent: Tensor, y: Tensor): Tensor {
  return applyOne(logSoftmaxGradientOp, [cotangent, y], undefined);
}

const logSoftmaxOp: Op<undefined> = {
  name: 'logSoftmax',
  infer: sameAsFirst,
  forward: forwardRows(kernels.logSoftmaxRows),
  rules: {
    vjp: ({ outputs }, [cotangent]) => [cotangent && logSoftmaxGradient(cotangent, only(outputs))],
    jvp: ({ outputs }, [tangent]) => [tangent && sub(tangent, rowSum(timesExp(tangent, only(outputs))))],
    saves: { inputs: false, outputs: true },
  },
};

function alongLast(op: Op<undefined>, x: Tensor): Tensor {
  checkDType(op.name, checkTensor(op.name, x), 'f32');
  return applyOne(op, [x], undefined);
}

/** Log-softmax over the last axis. */
export function logSoftmaxLast(x: Tensor): Tensor {
  return alongLast(logSoftmaxOp, x);
}

/** Applies a row operation along any axis. */
function alongAxis(op: Op<undefined>, x: Tensor, axis: number): Tensor {
  checkDType(op.name, checkTensor(op.name, x), 'f32');
  const at = checkAxis(op.name, axis, x.shape.length);
  const last = x.shape.length - 1;
  if (at === last) return alongLast(op, x);
  const swap = x.shape.map((_, i) => (i === at ? last : i === last ? at : i)); // its own inverse
  return onBehalfOf(op.name, () =>
    scoped(
      () => transpose(alongLast(op, transpose(x, swap)), swap),
      (y) => [y],
    ),
  );
}

/**
 * `exp(x) / sum exp(x)` along an axis, computed from x - max x.
 *
 * @param x f32
 * @param axis default -1
 * @throws RangeError for an axis out of range; DTypeError
 * @example
 * ```ts
 * import { init, softmax, tensor } from 'wasmgrad';
 * await init();
 * console.log(softmax(tensor([0, 0])).toArray()); // [0.5, 0.5]
 * ```
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return alongAxis(softmaxOp, x, axis);
}

/**
 * `x - log sum exp(x)` along an axis: the logarithm of softmax, accurate even where softmax is rounded to 0.
 *
 * @param x f32
 * @param axis default -1
 * @throws RangeError for an axis out of range; DTypeError
 * @example
 * ```ts
 * import { init, logSoftmax, tensor } from 'wasmgrad';
 * await init();
 * console.log(logSoftmax(tensor([0, -200])).toArray()); // [0, -200]
 * ```
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return alongAxis(logSoftmaxOp, x, axis);
}
