// One row per operation: what the generic tests of test/ops/generic.test.ts need to know of it.
import type { Shape } from '../../../src/core/shapes.js';
import { sizeOf } from '../../../src/core/shapes.js';
import { tensor } from '../../../src/tensors/creation.js';
import type { Tensor } from '../../../src/tensors/tensor.js';
import type { Array64 } from '../arrays.js';
import { numbers } from '../slices.js';
import { wrong } from '../wrong.js';

/** How to make one input. */
export interface Input {
  readonly shape: Shape;
  /** Default f32. i32 inputs are whole numbers in [low, high). */
  readonly dtype?: 'f32' | 'i32';
  /** Default -2. */
  readonly low?: number;
  /** Default 2. */
  readonly high?: number;
  /** Points the values keep a distance of 0.05 from: where the derivative jumps. */
  readonly away?: readonly number[];
  /** Values are whole multiples of this, plus `offset`: operands on shifted grids are never close to each other. */
  readonly grid?: number;
  readonly offset?: number;
  /** These very values instead of random ones. */
  readonly values?: readonly number[];
}

export interface Sample {
  /** The operation as `src/index.ts` exports it. */
  readonly op: string;
  /** Distinguishes this row from others of the same operation. */
  readonly variant?: string;
  /** The operation with its options. */
  readonly apply: (...inputs: Tensor[]) => Tensor;
  /** The reference in float64, written independently. */
  readonly reference: (...inputs: Array64[]) => Array64;
  /** Lists of inputs to try. */
  readonly cases: readonly (readonly Input[])[];
  /** Inputs with respect to which it can be differentiated. Default: all f32 ones. `[]` for none. */
  readonly differentiable?: readonly number[];
  /** Largest error of a value, relative to max(1, |value|). Default 2e-6. */
  readonly tolerance?: number;
  /** The same for first derivatives. Default 2e-5. */
  readonly gradientTolerance?: number;
  /** The same for second derivatives. Default 2e-4. */
  readonly secondTolerance?: number;
  /** Number of tensors after `apply`: 1, the result, unless `apply` is a composition. */
  readonly handles?: number;
  /** Elementwise with this many operands, broadcast; the generic tests then try random shapes too. */
  readonly operands?: readonly Omit<Input, 'shape'>[];
}

/** Values of an input, the same for the same seed, exact in f32. */
function valuesOf(input: Input, seed: number): Float32Array {
  const { shape, dtype, low = -2, high = 2, away = [], grid, offset = 0, values } = input;
  if (values) return Float32Array.from(values);
  return numbers(sizeOf(shape), seed, low, high).map((value) => {
    if (dtype === 'i32') return Math.floor(value);
    if (grid !== undefined) return Math.round(value / grid) * grid + offset;
    const near = away.find((point) => Math.abs(value - point) < 0.05);
    return near === undefined ? value : near + (value < near ? -0.06 : 0.06);
  });
}

/** The inputs of a case as tensors, all typed as f32. */
export function tensorsOf(inputs: readonly Input[], seed = 1): Tensor[] {
  return inputs.map((input, i) => wrong(tensor(valuesOf(input, seed + i), input.shape, input.dtype ?? 'f32')));
}

/** The same inputs for the reference. */
export function arraysOf(inputs: readonly Input[], seed = 1): Array64[] {
  return inputs.map((input, i) => ({ shape: input.shape, data: Float64Array.from(valuesOf(input, seed + i)) }));
}

/** Shapes with sizes that leave different remainders modulo four. */
export const RAGGED: readonly Shape[] = [
  [],
  [0],
  [1],
  [2],
  [3],
  [4],
  [5],
  [7],
  [8],
  [9],
  [17],
  [3, 5],
  [2, 3, 4],
  [3, 0, 2],
];

/** Pairs of shapes that broadcast. */
export const BROADCAST: readonly (readonly [Shape, Shape])[] = [
  [[], []],
  [[0], [0]],
  [[1], [0]],
  [[5], []],
  [[], [3, 4]],
  [
    [3, 4],
    [3, 4],
  ],
  [[3, 4], [4]],
  [[3, 1], [4]],
  [
    [1, 4],
    [3, 1],
  ],
  [
    [2, 3, 4],
    [3, 1],
  ],
  [
    [2, 1, 4],
    [1, 3, 1],
  ],
  [
    [2, 1, 3, 1],
    [5, 1, 4],
  ],
  [[17], [17]],
];

/** A case per ragged shape for an operation on one tensor. */
export function unaryCases(input: Omit<Input, 'shape'> = {}): Input[][] {
  return RAGGED.map((shape) => [{ ...input, shape }]);
}

/** A case per pair of shapes for an operation on two. */
export function binaryCases(a: Omit<Input, 'shape'> = {}, b: Omit<Input, 'shape'> = a): Input[][] {
  return BROADCAST.map(([first, second]) => [
    { ...a, shape: first },
    { ...b, shape: second },
  ]);
}
