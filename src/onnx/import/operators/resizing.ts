// Images of another size, one axis after the other.
import { show } from '../../../core/checks.js';
import { add } from '../../../ops/add.js';
import { gather } from '../../../ops/gather.js';
import { mul } from '../../../ops/mul.js';
import { tensor } from '../../../tensors/creation.js';
import type { Tensor } from '../../../tensors/tensor.js';
import type { NodeCall, Operator, Operators } from '../call.js';
import { ordered } from '../values.js';

type Coordinate = (i: number, scale: number, from: number, to: number) => number;

/** The place in the input of element i of the output. */
const COORDINATES = {
  half_pixel: (i, scale) => (i + 0.5) / scale - 0.5,
  half_pixel_symmetric: (i, scale, from, to) => {
    const center = (from / 2) * (1 - to / (from * scale));
    return center + (i + 0.5) / scale - 0.5;
  },
  pytorch_half_pixel: (i, scale, _, to) => (to > 1 ? (i + 0.5) / scale - 0.5 : 0),
  align_corners: (i, _, from, to) => (to > 1 ? (i * (from - 1)) / (to - 1) : 0),
  asymmetric: (i, scale) => i / scale,
} satisfies Readonly<Record<string, Coordinate>>;

const ROUNDED: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** The weights of the four cells around a place, `t` behind the second one (Keys 1981). */
function cubic(t: number, a: number): number[] {
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(1 + t), near(t), near(1 - t), far(2 - t)];
}

interface Resizing {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly place: Coordinate;
  readonly rounded: (x: number) => number;
  readonly a: number;
}

/** Along an axis of `from` cells: cells, and their weights, of which each new cell is the sum. */
function taps({ mode, place, rounded, a }: Resizing, from: number, to: number, scale: number) {
  const places = Array.from({ length: to }, (_, i) => place(i, scale, from, to));
  const within = (x: number): number => Math.min(Math.max(x, 0), from - 1);
  const cells = (offset: number): number[] => places.map((x) => within(Math.floor(x) + offset));
  if (mode === 'nearest') return [{ cells: places.map((x) => within(rounded(x))), weights: undefined }];
  if (mode === 'linear') {
    const inside = places.map(within);
    return [0, 1].map((offset) => ({
      cells: inside.map((x) => within(Math.floor(x) + offset)),
      weights: inside.map((x) => Math.abs(1 - offset - (x - Math.floor(x)))),
    }));
  }
  return [0, 1, 2, 3].map((k) => ({
    cells: cells(k - 1),
    weights: places.map((x) => cubic(x - Math.floor(x), a)[k] ?? 0),
  }));
}

function resized(x: Tensor, axis: number, sums: ReturnType<typeof taps>): Tensor {
  const shape = x.shape.map((_, i) => (i === axis ? -1 : 1));
  const parts = sums.map(({ cells, weights }) => {
    const part = gather(x, tensor(Int32Array.from(cells)), axis);
    if (!weights) return part;
    return mul(part, tensor(Float32Array.from(weights), shape.map((n) => (n < 0 ? weights.length : 1)))); // prettier-ignore
  });
  return parts.reduce(add);
}

/** Scales and sizes of all axes of the input. */
function targets(call: NodeCall, dims: readonly number[]): { scale: number; size: number }[] {
  const old = call.opset < 11;
  const scales = old ? call.list('scales', 1) : call.has(2) && call.dims(2)[0] !== 0 ? call.numbers(2) : undefined;
  const sizes = old || !call.has(3) ? undefined : call.numbers(3);
  const axes = call.attributes('axes')?.map((axis) => call.axisOf(axis, dims.length)) ?? dims.map((_, i) => i);
  const given = sizes ?? scales ?? call.refuse('scales or sizes', 'none');
  if (given.length !== axes.length) call.refuse(`${axes.length} scales or sizes`, show(given));
  return dims.map((size, axis) => {
    const at = axes.indexOf(axis);
    const wanted = at < 0 ? undefined : given[at];
    if (wanted === undefined) return { scale: 1, size };
    if (!(wanted > 0) || (sizes && !Number.isInteger(wanted))) call.refuse('scales or sizes > 0', show(given));
    return sizes ? { scale: wanted / size, size: wanted } : { scale: wanted, size: Math.floor(size * wanted) };
  });
}

const asked = (call: NodeCall, name: string): void => {
  if (call.flag(name)) call.refuse(`${name} 0`, '1');
};

function resizing(call: NodeCall, isResize: boolean): Resizing {
  const modes = ['nearest', 'linear', 'bilinear', 'cubic'] as const;
  const mode = call.text('mode', modes);
  const names = ['half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel', 'half_pixel_symmetric'] as const;
  const place = isResize && call.opset >= 11 ? call.text('coordinate_transformation_mode', names) : 'asymmetric';
  const rounding = call.text('nearest_mode', ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil']);
  asked(call, 'antialias');
  asked(call, 'exclude_outside');
  call.text('keep_aspect_ratio_policy', ['stretch']);
  return {
    mode: mode === 'bilinear' ? 'linear' : mode,
    place: COORDINATES[place],
    rounded: ROUNDED[isResize && call.opset >= 11 ? rounding : 'floor'] ?? Math.floor,
    a: call.attribute('cubic_coeff_a', -0.75),
  };
}

const resizes =
  (isResize: boolean): Operator =>
  (call) => {
    const value = call.device(0);
    const { dims, dtype, order = dims.map((_, i) => i) } = value;
    const how = resizing(call, isResize);
    const to = targets(call, dims);
    const y = order.reduce((x, axis, at) => {
      const { scale, size } = to[axis] ?? { scale: 1, size: dims[axis] ?? 1 };
      if (scale === 1 && size === dims[axis]) return x;
      return resized(x, at, taps(how, dims[axis] ?? 1, call.few([size]), scale));
    }, value.tensor);
    return ordered(y, order, dtype);
  };

export const resizings: Operators = { Resize: resizes(true), Upsample: resizes(false) };
