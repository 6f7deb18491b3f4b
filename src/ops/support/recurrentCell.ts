// A kind of recurrent unit, and the arguments of its operation.
import type { Maybe, Tensors } from '../../autodiff/op.js';
import { DTypeError, ShapeError } from '../../core/errors.js';
import { sameShape, shapeText, type Shape } from '../../core/shapes.js';
import { SEQUENCE_BLOCK } from '../../runtime/generated/layout.js';
import type { DType, Tensor } from '../../tensors/tensor.js';
import { nth } from './arguments.js';
import { checkDType, checkFloats } from './operands.js';

/** The inputs of a recurrent operation. G gates, u units. */
export interface RecurrentInputs {
  /** [B, T, in], also finite past the lengths. */
  readonly x: Tensor;
  /** W [in, G u] */
  readonly kernel: Tensor;
  /** R [u, G u] */
  readonly recurrentKernel: Tensor;
  /** Initial states, [B, u] each. */
  readonly states: readonly Tensor[];
  /** b [G u] */
  readonly bias?: Tensor | undefined;
  /** Added to h R, [G u]; for cells where it is separate from b. */
  readonly recurrentBias?: Tensor | undefined;
  /** Valid steps, i32 [B]. */
  readonly lengths?: Tensor<'i32'> | undefined;
}

/** Sizes of a kernel call. */
export interface RecurrentSizes {
  readonly batch: number;
  readonly steps: number;
  readonly units: number;
  /** Blocks of sequences, the kernels' work units. */
  readonly blocks: number;
  /** 1: the recurrent kernel is given to the kernels as panels (`usesPanels`); 0: as it is. */
  readonly packed: number;
}

/** One kind of recurrent unit. C: the type of its options. */
export interface Cell<C> {
  readonly name: string;
  readonly gates: number;
  /** Number of states, of which the first is the output. */
  readonly states: number;
  /** Floats per unit and step that the backward pass needs besides the states. 0: the first state overwrites p. */
  readonly saved: number;
  /** Whether the gradients of p and of h R differ (a gate acts between the two). */
  readonly apart: boolean;
  /** The next states from p_t [B, G u], written with ops. q_t is the bias added to h R. */
  readonly step: (
    p: Tensor,
    q: Maybe,
    recurrentKernel: Tensor,
    states: readonly Tensor[],
    options: C,
  ) => readonly Tensor[];
  /** The kernel call that computes the sequences of states. It finds p in `saved`, or else in the first sequence, and R in `kernel`. */
  readonly forward: (
    inputs: RecurrentInputs,
    kernel: Tensor,
    sequences: readonly Tensor[],
    saved: Maybe,
    sizes: RecurrentSizes,
    options: C,
  ) => void;
  /** The kernel call of the backward pass, with R^T in `transposed`. */
  readonly backward: (task: BackwardTask, sizes: RecurrentSizes, options: C) => void;
}

/** What the backward kernel reads and writes. */
export interface BackwardTask {
  readonly inputs: RecurrentInputs;
  readonly transposed: Tensor;
  readonly sequences: readonly Tensor[];
  readonly saved: Maybe;
  readonly cotangents: readonly Maybe[];
  /** Gradient of p. */
  readonly dp: Tensor;
  /** Gradient of h R, if it is different. */
  readonly dq: Maybe;
  /** Gradients of the initial states. */
  readonly dStates: readonly Tensor[];
}

/** Which optional inputs exist, in the order of the op's inputs. */
export interface Layout<C> {
  readonly bias: boolean;
  readonly recurrentBias: boolean;
  readonly lengths: boolean;
  /** Which sequences of states have a cotangent, in the backward pass. */
  readonly cotangents: readonly boolean[];
  readonly options: C;
}

export function layoutOf<C>({ bias, recurrentBias, lengths }: RecurrentInputs, options: C): Layout<C> {
  return {
    bias: bias !== undefined,
    recurrentBias: recurrentBias !== undefined,
    lengths: lengths !== undefined,
    cotangents: [],
    options,
  };
}

/** From here on, the rows of the recurrent kernel evict each other from the cache, unless they are packed. */
const LARGE = 4096;

/**
 * Whether to pack the recurrent kernel into panels before the first step. It pays when a few steps read it, each for
 * several sequences. The panels hold eight columns, and blocks of fewer than four sequences use another method.
 */
function usesPanels(batch: number, steps: number, units: number, columns: number): boolean {
  const rest = batch % SEQUENCE_BLOCK;
  return steps >= 4 && units % 8 === 0 && units * columns > LARGE && (rest === 0 ? batch > 0 : rest >= 4);
}

export function sizesOf({ x, recurrentKernel }: RecurrentInputs): RecurrentSizes {
  const [batch = 0, steps = 0] = x.shape;
  const [units = 0, columns = 0] = recurrentKernel.shape;
  const blocks = Math.ceil(batch / SEQUENCE_BLOCK);
  return { batch, steps, units, blocks, packed: Number(usesPanels(batch, steps, units, columns)) };
}

export function pack({
  x,
  kernel,
  recurrentKernel,
  states,
  bias,
  recurrentBias,
  lengths,
}: RecurrentInputs): Tensor<DType>[] {
  return [x, kernel, recurrentKernel, ...states, bias, recurrentBias, lengths].filter((input) => input !== undefined);
}

export function unpack<C>(
  cell: Cell<C>,
  all: Tensors,
  layout: Layout<C>,
): { inputs: RecurrentInputs; rest: readonly Tensor[] } {
  let next = 3 + cell.states;
  const at = <D extends DType>(i: number, dtype: D): Tensor<D> => checkDType(cell.name, nth(all, i), dtype);
  const optional = <D extends DType>(there: boolean, dtype: D): Tensor<D> | undefined =>
    there ? at(next++, dtype) : undefined;
  const inputs: RecurrentInputs = {
    x: at(0, 'f32'),
    kernel: at(1, 'f32'),
    recurrentKernel: at(2, 'f32'),
    states: checkFloats(cell.name, all.slice(3, 3 + cell.states)),
    bias: optional(layout.bias, 'f32'),
    recurrentBias: optional(layout.recurrentBias, 'f32'),
    lengths: optional(layout.lengths, 'i32'),
  };
  return { inputs, rest: checkFloats(cell.name, all.slice(next)) };
}

/** Checks shapes and types before anything is allocated. */
export function checkRecurrentInputs<C>(
  { name, gates }: Cell<C>,
  { x, kernel, recurrentKernel, states, bias, recurrentBias, lengths }: RecurrentInputs,
): void {
  const [batch = 0, steps = 0, features = 0] = x.shape;
  if (x.shape.length !== 3 || steps === 0)
    throw new ShapeError(`${name}: expected input [batch, steps, features], got ${shapeText(x.shape)}`);
  const units = recurrentKernel.shape[0] ?? 0;
  const expect = (what: string, tensor: Tensor<DType> | undefined, shape: Shape): void => {
    if (!tensor) return;
    if (tensor.dtype !== 'f32') throw new DTypeError(`${name}: expected ${what} f32, got ${tensor.dtype}`);
    if (!sameShape(tensor.shape, shape))
      throw new ShapeError(`${name}: expected ${what} ${shapeText(shape)}, got ${shapeText(tensor.shape)}`);
  };
  expect('input', x, x.shape);
  expect('recurrent kernel', recurrentKernel, [units, gates * units]);
  expect('kernel', kernel, [features, gates * units]);
  for (const state of states) expect('state', state, [batch, units]);
  for (const vector of [bias, recurrentBias]) expect('bias', vector, [gates * units]);
  const valid: Tensor<DType> | undefined = lengths;
  if (valid && (valid.dtype !== 'i32' || !sameShape(valid.shape, [batch])))
    throw new ShapeError(`${name}: expected lengths i32 [${batch}], got ${valid.dtype} ${shapeText(valid.shape)}`);
}
