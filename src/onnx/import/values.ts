// What flows through an imported graph: tensors of the device, and numbers of the host for shape arithmetic.
import { sizeOf } from '../../core/shapes.js';
import { transpose } from '../../ops/transpose.js';
import { reshape } from '../../ops/reshape.js';
import { tensor } from '../../tensors/creation.js';
import type { Tensor } from '../../tensors/tensor.js';
import type { FileDType, Numbers } from './file.js';

/** Numbers that are known while the graph is read: constants, shapes, and what is computed from them. */
export interface HostValue {
  readonly dtype: FileDType;
  readonly dims: readonly number[];
  readonly numbers: Numbers;
}

/**
 * A tensor. Whatever its ONNX type, its elements are f32: integers and booleans are whole numbers, exact up to 2^24.
 */
export interface DeviceValue {
  readonly dtype: FileDType;
  /** The shape in ONNX. */
  readonly dims: readonly number[];
  readonly tensor: Tensor;
  /** Axis i of the tensor is axis order[i] of `dims`: [0, 2, 3, 1] for images with channels last. Default: the same. */
  readonly order?: readonly number[] | undefined;
  /** The name of the weight that it is. */
  readonly weight?: string | undefined;
  /** The numbers of a weight, while the graph is read. */
  readonly known?: (() => Numbers) | undefined;
}

export type Value = HostValue | DeviceValue;

export const isHost = (value: Value): value is HostValue => 'numbers' in value;

export const host = (dtype: FileDType, dims: readonly number[], numbers: Numbers): HostValue => ({
  dtype,
  dims,
  numbers,
});

/** A value whose tensor has the shape of ONNX. */
export function device(x: Tensor, dtype: FileDType = 'f32'): DeviceValue {
  return { dtype, dims: x.shape, tensor: x };
}

const ascending = (order: readonly number[]): boolean => order.every((axis, i) => axis === i);

/** A tensor whose axes are in another order than in ONNX. */
export function ordered(x: Tensor, order: readonly number[], dtype: FileDType = 'f32'): DeviceValue {
  if (ascending(order)) return device(x, dtype);
  const dims = order.map((_, axis) => x.shape[order.indexOf(axis)] ?? 1);
  return { dtype, dims, tensor: x, order };
}

/** A tensor whose axes are in the order of another value's. */
export function like(value: DeviceValue, x: Tensor, dtype: FileDType = value.dtype): DeviceValue {
  return value.order ? ordered(x, value.order, dtype) : device(x, dtype);
}

/** The order of axes with channels last. */
export function channelsLast(rank: number): number[] {
  return [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
}

export function sameOrder(a: readonly number[] | undefined, b: readonly number[] | undefined, rank: number): boolean {
  return Array.from({ length: rank }, (_, i) => i).every((i) => (a?.[i] ?? i) === (b?.[i] ?? i));
}

/** Numbers as a tensor. */
export function onDevice(value: Value): DeviceValue {
  if (!isHost(value)) return value;
  return device(tensor(Float32Array.from(value.numbers), value.dims), value.dtype);
}

/** A tensor with permuted axes; where only axes of size 1 move, it is a view. */
export function permuted(x: Tensor, perm: readonly number[]): Tensor {
  if (ascending(perm)) return x;
  const moving = perm.filter((axis) => x.shape[axis] !== 1);
  const to = perm.map((axis) => x.shape[axis] ?? 1);
  return moving.every((axis, i) => i === 0 || axis > (moving[i - 1] ?? 0)) ? reshape(x, to) : transpose(x, perm);
}

/** The tensor with its axes in a certain order. */
export function inOrder(value: DeviceValue, order: readonly number[]): Tensor {
  const { tensor: x, order: from } = value;
  return permuted(
    x,
    order.map((axis) => (from ? from.indexOf(axis) : axis)),
  );
}

/** The tensor as ONNX has it. */
export function plain(value: Value): Tensor {
  const { tensor: x, order, dims } = onDevice(value);
  if (!order) return x;
  return inOrder(
    { dtype: value.dtype, dims, tensor: x, order },
    order.map((_, i) => i),
  );
}

/**
 * Tensors of values whose shapes broadcast, with axes in one order: that of the largest value that has one.
 */
export function aligned(values: readonly Value[]): { tensors: Tensor[]; order: readonly number[] | undefined } {
  const rank = Math.max(0, ...values.map(({ dims }) => dims.length));
  const moved = values.filter(
    (value): value is DeviceValue => !isHost(value) && value.order !== undefined && value.dims.length === rank,
  );
  const [first] = moved.sort((a, b) => sizeOf(b.dims) - sizeOf(a.dims));
  const order = first?.order;
  if (!order) return { tensors: values.map(plain), order };
  const tensors = values.map((value) => {
    const whole = onDevice(value);
    if (whole.dims.length === rank) return inOrder(whole, order);
    if (whole.dims.length === 0) return whole.tensor;
    const dims = [...Array.from({ length: rank - whole.dims.length }, () => 1), ...whole.dims];
    return permuted(reshape(plain(whole), dims), order);
  });
  return { tensors, order };
}
