import { sizeOf, stridesOf, type Shape } from '../../core/shapes.js';
import * as kernels from '../../runtime/generated/kernels.js';
import { call } from '../../runtime/kernels.js';
import { Tensor } from '../../tensors/tensor.js';

/** A kernel that walks two broadcast operands. */
export type BroadcastKernel = typeof kernels.addBroadcast;

interface Axis {
  readonly size: number;
  readonly strides: readonly number[];
}

/** Element strides of an operand seen in the output's shape: 0 along the axes it is repeated over. */
function broadcastStrides(shape: Shape, out: Shape): number[] {
  const own = stridesOf(shape);
  const lead = out.length - shape.length;
  return out.map((_, i) => (i < lead || shape[i - lead] === 1 ? 0 : (own[i - lead] ?? 0)));
}

/** The output's axes with every operand's stride, neighbours that walk alike merged into one. */
export function mergeAxes(out: Shape, operands: readonly Shape[]): Axis[] {
  const strides = operands.map((shape) => broadcastStrides(shape, out));
  const axes: Axis[] = [];
  out.forEach((size, i) => {
    if (size === 1) return;
    const here = strides.map((list) => list[i] ?? 0);
    const last = axes.at(-1);
    if (last?.strides.every((stride, k) => stride === (here[k] ?? 0) * size)) {
      axes[axes.length - 1] = { size: last.size * size, strides: here };
    } else axes.push({ size, strides: here });
  });
  return axes;
}

/** Copies with six axes, the outermost filled up with single steps. */
export function copyStrided(
  x: number,
  y: number,
  sizes: readonly number[],
  from: readonly number[],
  to: readonly number[],
): void {
  const lead = 6 - sizes.length;
  const size = (i: number): number => (i < lead ? 1 : (sizes[i - lead] ?? 1));
  const a = (i: number): number => (i < lead ? 0 : (from[i - lead] ?? 0));
  const b = (i: number): number => (i < lead ? 0 : (to[i - lead] ?? 0));
  let rows = 1;
  for (let i = 0; i < 5; i++) rows *= size(i);
  if (rows * size(5) === 0) return;
  call(
    kernels.copyStrided,
    x,
    y,
    size(0),
    size(1),
    size(2),
    size(3),
    size(4),
    size(5),
    a(0),
    a(1),
    a(2),
    a(3),
    a(4),
    a(5),
    b(0),
    b(1),
    b(2),
    b(3),
    b(4),
    b(5),
    0,
    rows,
  );
}

/** x repeated to `shape`, in new memory. */
function materialise(x: Tensor, shape: Shape): Tensor {
  const y = Tensor.allocate(shape, x.dtype);
  copyBroadcast(x, y);
  return y;
}

/** x in the given shape: a second handle when it has it already, else repeated in new memory. Free it either way. */
export function expanded(x: Tensor, shape: Shape): Tensor {
  return sizeOf(x.shape) === sizeOf(shape) ? x.alias() : materialise(x, shape);
}

/** Writes x, repeated as needed, into y. */
export function copyBroadcast(x: Tensor, y: Tensor): void {
  const axes = mergeAxes(y.shape, [x.shape, y.shape]);
  const part = (k: number): number[] => axes.map(({ strides }) => strides[k] ?? 0);
  const sizes = y.size === 0 ? [0] : axes.map(({ size }) => size);
  copyStrided(x.pointer(), y.pointer(), sizes, part(0), part(1));
}

/** y = kernel(a, b) with NumPy's broadcasting. */
export function callBroadcast(kernel: BroadcastKernel, a: Tensor, b: Tensor, y: Tensor): void {
  const n = y.size;
  if (n === 0) return;
  if (a.size === n && b.size === n) {
    // Nothing repeats: one run, without working out how to walk it.
    call(kernel, a.pointer(), b.pointer(), y.pointer(), 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    return;
  }
  const axes = mergeAxes(y.shape, [a.shape, b.shape]);
  if (axes.length > 3) {
    // Patterns that alternate four times are rare: write one operand out in full and try again.
    const [first, second] = [a, b].map((x) => expanded(x, y.shape));
    if (first && second) callBroadcast(kernel, first, second, y);
    first?.dispose();
    second?.dispose();
    return;
  }
  const axis = (i: number): Axis => axes[i - 3 + axes.length] ?? { size: 1, strides: [0, 0] };
  const [outer, middle, inner] = [axis(0), axis(1), axis(2)];
  call(
    kernel,
    ...([a.pointer(), b.pointer(), y.pointer()] as const),
    ...([outer.size, middle.size, inner.size] as const),
    ...([outer.strides[0] ?? 0, middle.strides[0] ?? 0, inner.strides[0] ?? 0] as const),
    ...([outer.strides[1] ?? 0, middle.strides[1] ?? 0, inner.strides[1] ?? 0] as const),
    0,
    n,
  );
}
