import { callable, knownOptions, oneOf, show } from '../core/checks.js';
import { onBehalfOf } from '../core/errors.js';
import { sizeOf, type Shape } from '../core/shapes.js';
import { runtime } from '../runtime/state.js';
import { tensor } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { checkInputs } from './checks.js';
import { gradOf } from './grad.js';
import { jvpOf } from './jvp.js';
import { flipMatrix, stackRows, viewAs } from './linear.js';
import { nth, type RuleTable } from './op.js';
import { replayedRows } from './replay.js';
import { vjpOf } from './vjp.js';

export interface JacobianOptions {
  /** `'reverse'` (default): a backward pass for each output element. `'forward'`: a forward pass for each input element. */
  readonly mode?: 'reverse' | 'forward' | undefined;
}

/** The unit direction along element `i`. */
function basis(shape: Shape, i: number): Tensor {
  const values = new Float32Array(sizeOf(shape));
  values[i] = 1;
  return tensor(values, shape);
}

type TensorMap = (x: Tensor) => Tensor;

/** Refuses a matrix whose rows, and then the matrix made of them, could not fit. @throws OutOfMemoryError */
function assertRoom(where: string, rows: number, columns: number): void {
  const { heap } = runtime();
  const bytes = 2 * 4 * rows * columns;
  if (heap.used + bytes > heap.maximum) heap.allocate(bytes, where); // throws
}

function stacking(where: string, rows: readonly Tensor[], shape: Shape): Tensor {
  return onBehalfOf(where, () => stackRows(rows, shape));
}

function reverseJacobian(where: string, table: RuleTable, f: TensorMap, x: Tensor): Tensor {
  const [out, pull] = vjpOf(where, table, f, [x]);
  try {
    assertRoom(where, out.size, x.size);
    const rows = (): Tensor[] => Array.from({ length: out.size }, (_, i) => pull(basis(out.shape, i))).flat();
    const pulled = (cotangent: Tensor): Tensor => nth(pull(cotangent), 0);
    const stacked = replayedRows(where, pulled, out.shape) ?? stacking(where, rows(), x.shape);
    return onBehalfOf(where, () => viewAs(stacked, [...out.shape, ...x.shape]));
  } finally {
    pull.dispose();
  }
}

function forwardJacobian(where: string, table: RuleTable, f: TensorMap, x: Tensor): Tensor {
  if (x.size === 0) return reverseJacobian(where, table, f, x); // no direction, hence no pass that shows the output's shape
  const along = (direction: Tensor): Tensor => jvpOf(where, table, f, [x], [direction])[1];
  const column = (i: number): Tensor => along(basis(x.shape, i));
  const first = column(0);
  const { shape } = first;
  assertRoom(where, first.size, x.size);
  const rows = (): Tensor[] => Array.from({ length: x.size }, (_, i) => (i === 0 ? first : column(i)));
  // The first pass is not recorded, because operations check values (indices) only where these are known.
  const stacked = replayedRows(where, along, x.shape) ?? stacking(where, rows(), shape);
  return onBehalfOf(where, () => {
    const matrix = viewAs(stacked, [x.size, sizeOf(shape)]);
    return viewAs(flipMatrix(matrix), [...shape, ...x.shape]);
  });
}

function jacobianOf(where: string, table: RuleTable, f: TensorMap, mode: 'reverse' | 'forward'): TensorMap {
  const jacobian = mode === 'reverse' ? reverseJacobian : forwardJacobian;
  return (x) => {
    if (!isTensor(x)) throw new TypeError(`${where}: expected a tensor to differentiate by, got ${show(x)}`);
    checkInputs(where, [x]);
    return scoped(
      () => jacobian(where, table, f, x),
      (result) => [result],
    );
  };
}

/** The type of `jacobian`. */
export type Jacobian = (f: TensorMap, options?: JacobianOptions) => TensorMap;

/** `jacobian` with the derivative rules of a table. */
export function makeJacobian(table: RuleTable): Jacobian {
  return (f, options = {}) => {
    callable('jacobian', 'f', f);
    knownOptions('jacobian', options, ['mode']);
    const mode = oneOf('jacobian', 'mode', options.mode ?? 'reverse', ['reverse', 'forward']);
    return jacobianOf('jacobian', table, f, mode);
  };
}

/** The type of `hessian`. */
export type Hessian = (f: TensorMap) => TensorMap;

/** `hessian` with the derivative rules of a table: reverse over reverse, so that `f` runs once. */
export function makeHessian(table: RuleTable): Hessian {
  return (f) => {
    const hessian = jacobianOf('hessian', table, gradOf('hessian', table, f), 'reverse');
    return (x) => {
      if (isTensor(x)) assertRoom('hessian', x.size, x.size); // its shape is known without any pass
      return hessian(x);
    };
  };
}
