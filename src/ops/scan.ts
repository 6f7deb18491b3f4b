import { callable, knownOptions, flag, show, wholeNumber } from '../core/checks.js';
import { DTypeError, refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText } from '../core/shapes.js';
import { leaves, treeSignature } from '../core/trees.js';
import { replace } from '../autodiff/grad.js';
import { scoped } from '../tensors/scope.js';
import { isTensor, type DType, type Tensor } from '../tensors/tensor.js';
import { nth } from './support/arguments.js';
import { runLoop, type Step } from './support/looping.js';

export interface ScanOptions {
  /** Number of steps; needed where xs has no tensors. */
  readonly length?: number | undefined;
  /** From the last entry to the first. The entries of ys stand where those of xs do. Default false. */
  readonly reverse?: boolean | undefined;
}

const structureOf = (tree: unknown): string => treeSignature(tree, isTensor, () => 'tensor');

/** The tensors of a tree, alive; a number in its place is an error. */
function tensorsOf(what: string, tree: unknown): Tensor<DType>[] {
  if (tree !== undefined && tree !== null && (typeof tree !== 'object' || ArrayBuffer.isView(tree)))
    refuse(TypeError, 'scan', `${what} to be a tree of tensors`, show(tree));
  const found = leaves(tree, isTensor, 'scan');
  for (const leaf of found) leaf.assertAlive('scan');
  return found;
}

/** The number of steps. */
function lengthOf(stacks: readonly Tensor<DType>[], given: number | undefined): number {
  if (given !== undefined) wholeNumber('scan', 'length', given, { min: 0, max: 2 ** 31 - 1 });
  const length = given ?? stacks[0]?.shape[0];
  for (const { shape } of stacks) {
    if (shape.length === 0) refuse(ShapeError, 'scan', 'xs with a leading axis', shape);
    if (shape[0] !== length) refuse(ShapeError, 'scan', `xs with ${length} entries`, shape);
  }
  if (length === undefined) refuse(TypeError, 'scan', 'the option length where xs has no tensors', show(length));
  return length;
}

/** Checks that a step returns a carry like the one it was given. */
function checkCarry(init: unknown, begin: readonly Tensor<DType>[], next: unknown): readonly Tensor<DType>[] {
  if (structureOf(next) !== structureOf(init))
    refuse(TypeError, 'scan', 'f to return a carry of the structure of init', show(next));
  const found = tensorsOf('the carry', next);
  begin.forEach(({ shape, dtype }, i) => {
    const value = nth(found, i);
    if (value.dtype !== dtype) refuse(DTypeError, 'scan', `f to return a carry of ${dtype}, like init`, value.dtype);
    if (!sameShape(value.shape, shape))
      refuse(ShapeError, 'scan', `f to return a carry of shape ${shapeText(shape)}, like init`, value.shape);
  });
  return found;
}

/**
 * A loop that carries a state: for each entry x of xs along its first axis `[carry, y] = f(carry, x)`. Returns the last carry
 * and the y's, stacked (jax.lax.scan).
 *
 * f is called once, to write down its operations, however many steps there are: so recording takes the same time and memory
 * for any length. The steps run in one call, inside `compile` and training, too, on one thread. f must not read values, and
 * does the same operations for all steps; random numbers should come through xs, because f would draw them only once.
 *
 * Differentiable in both modes, to any order, with respect to init, xs and tensors that f takes from outside. Reverse mode
 * keeps the carry of each step, and computes the rest of the step again.
 *
 * @param f function of the carry and an entry of xs: returns `[carry, y]`, with a carry like the one before
 * @param init the first carry: a tensor or a tree of tensors (arrays, objects), f32 or i32
 * @param xs a tensor or a tree of tensors [length, ...], or undefined
 * @returns `[carry, ys]`: ys has the structure of y, with tensors [length, ...]
 * @throws TypeError unless f is a function that returns `[carry, y]`, a carry of the same structure, and arguments are trees
 *   of tensors, or when f reads values; ShapeError for xs of different lengths and a carry of another shape; DTypeError for
 *   one of another type; RangeError for the length
 * @example
 * ```ts
 * import { add, init, mul, scan, tensor } from 'wasmgrad';
 * await init();
 * // Horner's rule for 2 x^2 + 3 x + 4 at x = 10, with the steps in between
 * const x = tensor(10);
 * const [value, steps] = scan((sum, c) => {
 *   const next = add(mul(sum, x), c);
 *   return [next, next];
 * }, tensor(0), tensor([2, 3, 4]));
 * console.log(value.item(), steps.toArray()); // 234 [2, 23, 234]
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: X) => readonly [C, Y],
  init: C,
  xs: X,
  options: ScanOptions = {},
): [carry: C, ys: Y] {
  callable('scan', 'f', f);
  knownOptions('scan', options, ['length', 'reverse']);
  const reverse = options.reverse === undefined ? false : flag('scan', 'reverse', options.reverse);
  const [begin, stacks] = [tensorsOf('init', init), tensorsOf('xs', xs)];
  const length = lengthOf(stacks, options.length);
  const seen: { readonly y: Y }[] = [];
  const step: Step = (carry, entries) => {
    const returned = f(replace(init, carry), replace(xs, entries));
    const pair: unknown = returned;
    if (!Array.isArray(pair) || pair.length !== 2) refuse(TypeError, 'scan', 'f to return [carry, y]', show(pair));
    seen[0] = { y: returned[1] };
    return { carry: checkCarry(init, begin, returned[0]), results: tensorsOf('y', returned[1]) };
  };
  return scoped(
    (): [C, Y] => {
      const outputs = runLoop(step, begin, stacks, { length, reverse });
      return [replace(init, outputs.slice(0, begin.length)), replace(nth(seen, 0).y, outputs.slice(begin.length))];
    },
    (both) => leaves(both, isTensor),
  );
}
