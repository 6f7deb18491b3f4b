import { callable, show } from '../core/checks.js';
import { disposable, type Disposable } from '../core/disposable.js';
import { DTypeError, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { leaves, mapTree } from '../core/trees.js';
import { zeros } from '../tensors/creation.js';
import { detach, scoped } from '../tensors/scope.js';
import { isTensor, type Tensor } from '../tensors/tensor.js';
import { identity } from './linear.js';
import { currentFrame, withFrame, type Maybe } from './op.js';
import { Tape } from './tape.js';
import { withUnit } from './unit.js';

/** Checks that a function's result is one tensor. */
export function checkResult(where: string, result: unknown): Tensor {
  if (!isTensor(result)) throw new TypeError(`${where}: expected the function to return a tensor, got ${show(result)}`);
  return result;
}

/** The f32 tensors of an argument tree; throws when there are none. */
export function checkInputs(where: string, tree: unknown): Tensor[] {
  const found = leaves(tree, isTensor);
  if (found.length === 0)
    throw new TypeError(`${where}: expected a tensor, or a tree of tensors, to differentiate by, got ${show(tree)}`);
  for (const leaf of found) {
    if (leaf.dtype !== 'f32')
      throw new DTypeError(
        `${where}: expected f32 tensors to differentiate by, got ${leaf.dtype} of shape ${shapeText(leaf.shape)}`,
      );
  }
  return found;
}

/** Checks a tangent or cotangent against the value it belongs to. */
export function checkDirection(where: string, what: string, direction: unknown, value: Tensor): Tensor {
  if (!isTensor(direction)) throw new TypeError(`${where}: expected ${what} to be a tensor, got ${show(direction)}`);
  if (direction.dtype !== 'f32') throw new DTypeError(`${where}: expected ${what} to be f32, got ${direction.dtype}`);
  if (!sameShape(direction.shape, value.shape)) {
    throw new ShapeError(
      `${where}: expected ${what} of shape ${shapeText(value.shape)}, got ${shapeText(direction.shape)}`,
    );
  }
  return direction;
}

/** Runs `body` on fresh names of `inputs`, recording onto a tape. */
function traced<T>(
  inputs: readonly Tensor[],
  body: (watched: readonly Tensor[]) => T,
): { tape: Tape; watched: readonly Tensor[]; result: T } {
  const watched = inputs.map(identity);
  const tape = new Tape(currentFrame(), watched);
  try {
    // What the body made is freed before the way back: the tape holds what its rules will read.
    const inner = (): T =>
      scoped(
        () => body(watched),
        (result) => leaves(result, isTensor),
      );
    return { tape, watched, result: withFrame(tape, inner) };
  } catch (error) {
    tape.dispose();
    throw error;
  }
}

/** Gradients for every target, zeros where the output does not depend on it; handles of the caller's. */
function filledIn(gradients: readonly Maybe[], targets: readonly Tensor[]): Tensor[] {
  return targets.map((target, i) => gradients[i] ?? zeros(target.shape));
}

// A tree is typed as any object: an interface of the user's has no index signature, and may hold other values too.
// The overload for one tensor comes first, so that `x` needs no annotation.

/** Value and gradients of a function of a tree. */
export type ValueAndGradient<T, R extends readonly unknown[]> = (x: T, ...rest: R) => [value: Tensor, gradients: T];

/**
 * The function that gives the value of `f` and its gradient by the first argument, a tensor or a tree of
 * tensors; the gradients have the same structure. Reverse mode: one pass forwards, one backwards,
 * whatever the number of parameters. What `f` made inside is freed, results excepted.
 *
 * @throws ShapeError when `f` returns no scalar; DTypeError for i32 leaves.
 * @example
 * ```ts
 * import { init, mul, sum, tensor, valueAndGrad } from 'wasmgrad';
 * await init();
 * const [value, gradient] = valueAndGrad((x) => sum(mul(x, x)))(tensor([1, 2, 3]));
 * console.log(value.item(), gradient.toArray()); // 14 [2, 4, 6]
 * ```
 */
export function valueAndGrad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Tensor,
): ValueAndGradient<Tensor, R>;
export function valueAndGrad<T extends object, R extends readonly unknown[]>(
  f: (x: T, ...rest: R) => Tensor,
): ValueAndGradient<T, R>;
export function valueAndGrad<T extends object, R extends readonly unknown[]>(
  f: (x: T, ...rest: R) => Tensor,
): ValueAndGradient<T, R> {
  callable('valueAndGrad', 'f', f);
  return (x, ...rest) => {
    const inputs = checkInputs('grad', x);
    return scoped<[Tensor, T]>(
      () => {
        const { tape, watched, result } = traced(inputs, (fresh) => f(replace(x, fresh), ...rest));
        try {
          const value = checkResult('grad', result);
          if (value.size !== 1 || value.dtype !== 'f32') {
            throw new ShapeError(
              `grad: expected the function to return an f32 scalar, got ${value.dtype} of shape ${shapeText(value.shape)}`,
            );
          }
          const pulled = withUnit(value.shape, (unit) => tape.pull(value, unit, watched, true));
          const gradients = filledIn(pulled, watched);
          return [identity(value), replace(x, gradients)];
        } finally {
          tape.dispose();
        }
      },
      ([value, gradients]) => [value, ...leaves(gradients, isTensor)],
    );
  };
}

/** The tree with its tensors replaced, in order. */
export function replace<T>(tree: T, tensors: readonly Tensor[]): T {
  return mapTree(tree, isTensor, (leaf, i) => tensors[i] ?? leaf);
}

/**
 * The gradient of a scalar function by its first argument, as `valueAndGrad` without the value.
 *
 * @throws ShapeError when `f` returns no scalar; DTypeError for i32 leaves.
 * @example
 * ```ts
 * import { grad, init, mul, tensor } from 'wasmgrad';
 * await init();
 * const cube = (x) => mul(x, mul(x, x));
 * console.log(grad(cube)(tensor(2)).item(), grad(grad(cube))(tensor(2)).item()); // 12 12
 * ```
 */
export function grad<R extends readonly unknown[]>(
  f: (x: Tensor, ...rest: R) => Tensor,
): (x: Tensor, ...rest: R) => Tensor;
export function grad<T extends object, R extends readonly unknown[]>(
  f: (x: T, ...rest: R) => Tensor,
): (x: T, ...rest: R) => T;
export function grad<T extends object, R extends readonly unknown[]>(
  f: (x: T, ...rest: R) => Tensor,
): (x: T, ...rest: R) => T {
  callable('grad', 'f', f);
  const both = valueAndGrad(f);
  return (x, ...rest) => {
    const [value, gradients] = both(x, ...rest);
    value.dispose();
    return gradients;
  };
}

/** The linear map from output cotangents to input cotangents. */
export interface Pullback extends Disposable {
  /** J^T c for each input. Can be called many times. */
  (cotangent: Tensor): Tensor[];
  /** Frees what the function's forward pass saved. */
  dispose(): void;
}

/**
 * Value and pullback (vector-Jacobian product) of a function of several tensors.
 *
 * @param f function of as many tensors as `inputs`
 * @returns `[out, pull]`: `pull(cotangent)` gives one cotangent an input; `pull.dispose()` frees what it saved
 * @throws ShapeError, DTypeError, TypeError
 * @example
 * ```ts
 * import { init, mul, ones, tensor, vjp } from 'wasmgrad';
 * await init();
 * const [out, pull] = vjp(mul, [tensor([1, 2]), tensor([3, 4])]);
 * const [dx, dy] = pull(ones([2]));
 * console.log(out.toArray(), dx.toArray(), dy.toArray()); // [3, 8] [3, 4] [1, 2]
 * pull.dispose();
 * ```
 */
export function vjp(f: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): [out: Tensor, pull: Pullback] {
  callable('vjp', 'f', f);
  checkInputs('vjp', inputs);
  let tape: Tape | undefined;
  let handles: Tensor[] = [];
  const out = scoped(
    () => {
      const trace = traced(inputs, (fresh) => checkResult('vjp', f(...fresh)));
      tape = trace.tape;
      handles = [trace.result, ...trace.watched].map((value) => detach(value.alias()));
      return identity(trace.result);
    },
    (value) => [value],
  );
  return [out, makePullback(tape, handles)];
}

function makePullback(tape: Tape | undefined, handles: readonly Tensor[]): Pullback {
  const [value, ...watched] = handles;
  const pull = (cotangent: Tensor): Tensor[] => {
    if (!tape || !value) throw new Error('vjp: no tape');
    checkDirection('vjp', 'the cotangent', cotangent, value);
    for (const handle of handles) handle.pointer(); // DisposedError after pull.dispose()
    return filledIn(tape.pull(value, cotangent, watched, false), watched);
  };
  const dispose = (): void => {
    tape?.dispose();
    for (const handle of handles) handle.dispose();
  };
  return disposable(Object.assign(pull, { dispose }));
}
