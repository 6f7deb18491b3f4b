// The windows that convolutions and pools slide over an image: checks of options, sizes, and the block of sizes that
// kernels read.
import { show, wholeNumber } from '../../core/checks.js';
import { refuse, ShapeError } from '../../core/errors.js';
import { shapeText, sizeOf, type Shape } from '../../core/shapes.js';
import { GEOMETRY } from '../../runtime/generated/layout.js';
import { tensor } from '../../tensors/creation.js';

/** One number for both directions, or `[height, width]`. */
export type Extent = number | readonly [height: number, width: number];

/**
 * `'valid'`: none. `'same'`: zeros, so that the output has `ceil(input / stride)` cells; of an odd number one more at
 * the bottom and right (as TensorFlow). Or numbers of cells `[[top, bottom], [left, right]]`.
 */
export type ImagePadding =
  | 'valid'
  | 'same'
  | readonly [rows: readonly [top: number, bottom: number], columns: readonly [left: number, right: number]];

/** Windows over an image of [height, width]. */
export interface Window {
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  /** Padding above and to the left. */
  readonly before: readonly [number, number];
  readonly after: readonly [number, number];
}

/** Windows over a batch with channels: all sizes that a kernel needs. */
export interface Geometry extends Window {
  readonly batch: number;
  readonly inChannels: number;
  readonly outChannels: number;
  readonly groups: number;
}

/** Checks an option that is one whole number >= 1 or two. */
export function checkExtent(where: string, what: string, value: unknown): [number, number] {
  const cells = (n: unknown): number =>
    wholeNumber(where, what, wholeNumber(where, what, n, { min: 1 }), { max: MOST });
  if (!Array.isArray(value)) {
    const both = cells(value);
    return [both, both];
  }
  if (value.length !== 2) throw new RangeError(`${where}: expected ${what} to be [height, width], got ${show(value)}`);
  const pair: readonly unknown[] = value;
  const [height, width] = pair;
  return [cells(height), cells(width)];
}

type Pads = readonly [before: readonly [number, number], after: readonly [number, number]];

/** Kernels compute with 32-bit integers. */
const MOST = 2 ** 31 - 1;

/** Checks the padding option before sizes are known. */
export function checkPadding(where: string, padding: unknown): 'valid' | 'same' | Pads {
  if (padding === 'valid' || padding === 'same') return padding;
  const isPair = (pair: unknown): pair is [unknown, unknown] => Array.isArray(pair) && pair.length === 2;
  if (!Array.isArray(padding) || !isPair(padding) || !isPair(padding[0]) || !isPair(padding[1])) {
    const message = `${where}: expected padding to be 'valid', 'same' or [[top, bottom], [left, right]], got ${show(padding)}`;
    throw typeof padding === 'string' ? new RangeError(message) : new TypeError(message);
  }
  const cells = (value: unknown): number => wholeNumber(where, 'padding', value, { min: 0 });
  const [[top, bottom], [left, right]] = [padding[0], padding[1]];
  return [
    [cells(top), cells(left)],
    [cells(bottom), cells(right)],
  ];
}

/** Padding before and after along one axis for TensorFlow's `same`. */
function samePads(size: number, kernel: number, stride: number, dilation: number): [number, number] {
  const reach = (Math.ceil(size / stride) - 1) * stride + (kernel - 1) * dilation + 1;
  const total = Math.max(0, reach - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

export interface WindowOptions {
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: 'valid' | 'same' | Pads;
}

/** The windows of a kernel over an image of [height, width]; throws when there are none. */
export function windowOf(
  where: string,
  input: readonly [number, number],
  kernel: readonly [number, number],
  { strides, dilations, padding }: WindowOptions,
): Window {
  const axes = ([0, 1] as const).map((axis) => {
    const [size, extent, stride, dilation] = [input[axis], kernel[axis], strides[axis], dilations[axis]];
    if (size < 1 || extent < 1)
      throw new ShapeError(`${where}: expected sizes >= 1, got kernel ${shapeText(kernel)} on ${shapeText(input)}`);
    const [before, after] =
      padding === 'same'
        ? samePads(size, extent, stride, dilation)
        : padding === 'valid'
          ? [0, 0]
          : [padding[0][axis], padding[1][axis]];
    const padded = size + before + after;
    if (padded > MOST) refuse(RangeError, where, `a padded input of at most ${MOST} cells along an axis`, padded);
    const room = padded - (extent - 1) * dilation - 1;
    if (room < 0) {
      const how = dilations.some((d) => d !== 1) ? ` with dilations ${shapeText(dilations)}` : '';
      throw new ShapeError(
        `${where}: expected a kernel that fits into the padded input, got ${shapeText(kernel)}${how} on ${shapeText(input)}`,
      );
    }
    return {
      before,
      after,
      output: Math.floor(room / stride) + 1,
      // What a step beyond the image, or the distance of a single cell from the next, is makes no difference: so the
      // kernels' sums of these stay within 32 bits.
      stride: Math.min(stride, padded),
      dilation: extent === 1 ? 1 : dilation,
    };
  });
  type Part = 'before' | 'after' | 'output' | 'stride' | 'dilation';
  const both = (key: Part): [number, number] => [axes[0]?.[key] ?? 0, axes[1]?.[key] ?? 0];
  const [before, after, output] = [both('before'), both('after'), both('output')];
  return { input, kernel, strides: both('stride'), dilations: both('dilation'), before, after, output };
}

/** A window over a batch; throws when an image with its padding, or a result, has more bytes than kernels can count. */
export function geometryOf(where: string, window: Window, sizes: Omit<Geometry, keyof Window>): Geometry {
  const padded = ([0, 1] as const).map((axis) => window.input[axis] + window.before[axis] + window.after[axis]);
  for (const [what, image, channels] of [
    ['a padded image', padded, sizes.inChannels],
    ['a result', window.output, sizes.outChannels],
  ] as const) {
    if (4 * sizeOf(image) * channels <= MOST) continue;
    refuse(RangeError, where, `${what} below 2 GiB for each row of the batch`, [...image, channels]);
  }
  return { ...window, ...sizes };
}

/** The shape [batch, height, width, channels] of a geometry's input or output. */
export function imageShape(g: Geometry, side: 'input' | 'output'): Shape {
  return [g.batch, ...g[side], side === 'input' ? g.inChannels : g.outChannels];
}

/** The shape [height, width, in / groups, out] of its filter. */
export function filterShape(g: Geometry): Shape {
  return [...g.kernel, g.inChannels / g.groups, g.outChannels];
}

/** The cells of the kernels' parameter block. */
function cellsOf(g: Geometry): Readonly<Record<(typeof GEOMETRY)[number], number>> {
  const { batch, inChannels, outChannels, groups } = g;
  const [[inHeight, inWidth], [outHeight, outWidth], [kernelHeight, kernelWidth]] = [g.input, g.output, g.kernel];
  const [[strideHeight, strideWidth], [dilationHeight, dilationWidth]] = [g.strides, g.dilations];
  const [padTop, padLeft] = g.before;
  const sizes = { batch, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, kernelHeight, kernelWidth };
  return { ...sizes, strideHeight, strideWidth, dilationHeight, dilationWidth, padTop, padLeft, groups };
}

/** Runs `body` with the address of the kernels' parameter block. */
export function withGeometry(g: Geometry, body: (block: number) => void): void {
  const cells = cellsOf(g);
  const block = tensor(Int32Array.from(GEOMETRY, (field) => cells[field]));
  try {
    body(block.pointer());
  } finally {
    block.dispose();
  }
}
