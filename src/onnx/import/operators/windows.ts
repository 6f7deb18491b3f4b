// The windows of convolutions and pools, from attributes.
import { show } from '../../../core/checks.js';
import { reshape } from '../../../ops/reshape.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall } from '../call.js';
import { channelsLast, ordered, type DeviceValue } from '../values.js';

type Pair = readonly [number, number];

/** Windows over an image of [height, width]. A sequence is an image of height 1. */
export interface Windows {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly padding: readonly [rows: Pair, columns: Pair];
  /** Cells after the padding that `ceil_mode` adds. */
  readonly extra: Pair;
  readonly output: Pair;
}

interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pads: Pair;
}

const reachOf = ({ kernel, dilation }: Axis): number => (kernel - 1) * dilation + 1;

/** Pads for an output of ceil(size / stride); of an odd number, SAME_UPPER has one more at the end. */
function samePads(axis: Axis, upper: boolean): Pair {
  const { size, stride } = axis;
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reachOf(axis) - size);
  const [few, many] = [Math.floor(total / 2), Math.ceil(total / 2)];
  return upper ? [few, many] : [many, few];
}

/** The number of windows, and the cells that lack for the last one. */
function along(axis: Axis, ceil: boolean): { output: number; extra: number } {
  const { size, stride, pads } = axis;
  const room = size + pads[0] + pads[1] - reachOf(axis);
  const whole = Math.floor(room / stride) + 1;
  if (!ceil || room % stride === 0 || whole * stride >= size + pads[0]) return { output: whole, extra: 0 };
  return { output: whole + 1, extra: whole * stride - room };
}

/** A list of one entry an axis as a pair. */
function pairOf(call: NodeCall, list: readonly number[], rank: number, first: number): Pair {
  const [a = first, b = first] = list;
  if (list.length !== rank) call.refuse(`${rank} numbers`, show(list));
  return rank === 1 ? [first, a] : [a, b];
}

/** The axes of the image plane. @throws FormatError for more than two */
export function planeOf(call: NodeCall, dims = call.dims(0)): Pair {
  const [, , a = 1, b = 1] = dims;
  if (dims.length === 3) return [1, a];
  return dims.length === 4 ? [a, b] : call.refuse('an image of one or two axes', show(dims));
}

export interface WindowAttributes {
  readonly strides: Pair;
  readonly dilations: Pair;
  /** `auto_pad` */
  readonly auto: string;
  readonly axes: readonly [Axis, Axis];
}

/** Attributes as pairs: `strides`, `dilations`, `pads`, `auto_pad`. */
export function attributesOf(call: NodeCall, kernel: Pair, size: Pair): WindowAttributes {
  const rank = call.dims(0).length - 2;
  const pair = (name: string, missing: number): Pair =>
    pairOf(call, call.attributes(name) ?? Array.from({ length: rank }, () => missing), rank, name === 'pads' ? 0 : 1);
  const [strides, dilations] = [pair('strides', 1), pair('dilations', 1)];
  const auto = call.text('auto_pad', ['NOTSET', 'SAME_UPPER', 'SAME_LOWER', 'VALID']);
  const given = call.attributes('pads') ?? Array.from({ length: 2 * rank }, () => 0);
  const [before, after] = [pairOf(call, given.slice(0, rank), rank, 0), pairOf(call, given.slice(rank), rank, 0)];
  if ([...kernel, ...strides, ...dilations].some((n) => !(n >= 1))) call.refuse('sizes of windows >= 1', show(kernel));
  const axis = (i: 0 | 1): Axis => ({
    size: size[i],
    kernel: kernel[i],
    stride: strides[i],
    dilation: dilations[i],
    pads: auto === 'NOTSET' ? [before[i], after[i]] : [0, 0],
  });
  return { strides, dilations, auto, axes: [axis(0), axis(1)] as const };
}

/** The kernel's sizes, which are the weight's if they are not given. */
export function kernelOf(call: NodeCall, weight: readonly number[] | undefined): Pair {
  const rank = call.dims(0).length - 2;
  const given = weight ?? call.attributes('kernel_shape') ?? call.refuse('kernel_shape', 'none');
  return pairOf(call, given, rank, 1);
}

/** The windows over input 0. */
export function windowsOf(call: NodeCall, kernel: Pair): Windows {
  const { strides, dilations, auto, axes } = attributesOf(call, kernel, planeOf(call));
  const same = auto.startsWith('SAME');
  const pads = axes.map((axis): Pair => (same ? samePads(axis, auto === 'SAME_UPPER') : axis.pads));
  const [rows = [0, 0], columns = [0, 0]] = pads;
  const counts = axes.map((axis, i) => along({ ...axis, pads: pads[i] ?? [0, 0] }, call.flag('ceil_mode')));
  const [a, b] = counts;
  const output: Pair = [a?.output ?? 1, b?.output ?? 1];
  if (output.some((n) => n < 1)) call.refuse('a kernel that fits into the padded image', show(kernel));
  return { kernel, strides, dilations, padding: [rows, columns], extra: [a?.extra ?? 0, b?.extra ?? 0], output };
}

/** Input 0 as [batch, height, width, channels]. */
export function imageOf(call: NodeCall): Tensor {
  const x = call.image(0);
  const [n = 1, length = 1, channels = 1] = x.shape;
  return x.shape.length === 3 ? reshape(x, [n, 1, length, channels]) : x;
}

/** [batch, height, width, channels] as a value of a rank, 3 or 4. */
export function imageValue(y: Tensor, rank: number): DeviceValue {
  const [n = 1, , width = 1, channels = 1] = y.shape;
  return ordered(rank === 3 ? reshape(y, [n, width, channels]) : y, channelsLast(rank));
}
