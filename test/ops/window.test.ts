// Windows whose sizes come near what 32 bits hold: the answer of the definition, or a typed error, never a wrapped sum.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  avgPool2d,
  conv2d,
  conv2dTranspose,
  depthwiseConv2d,
  grad,
  maxPool2d,
  OutOfMemoryError,
  ShapeError,
  sum,
  tensor,
  tidy,
  type PoolOptions,
  type Tensor,
} from '../../src/index.js';
import { withRuntime } from '../support/live.js';

withRuntime({ maximumMemory: 2 ** 22 });

const [HEIGHT, WIDTH] = [4, 5];
const image = Float32Array.from({ length: HEIGHT * WIDTH }, (_, i) => ((i * 7) % 11) - 5);

/** Small ones, those around powers of two where sums and products of 32 bits wrap, and any. */
const size = (min: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min, max: 6 }),
    fc.constantFrom(...[15, 16, 29, 30, 31, 32, 33, 52].flatMap((k) => [2 ** k - 1, 2 ** k, 2 ** k + 1])),
    fc.integer({ min, max: 2 ** 31 - 1 }),
  );
const pair = (min: number): fc.Arbitrary<[number, number]> => fc.tuple(size(min), size(min));
const padding = fc.oneof(fc.constantFrom('valid' as const, 'same' as const), fc.tuple(pair(0), pair(0)));

interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly output: number;
}

/** The windows along one axis by the definition, in f64. */
function axisOf(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  pads: 'valid' | 'same' | [number, number],
): Axis {
  const reach = (kernel - 1) * dilation + 1;
  const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + reach - size);
  const [before, after] =
    pads === 'same' ? [Math.floor(missing / 2), Math.ceil(missing / 2)] : pads === 'valid' ? [0, 0] : pads;
  return { size, kernel, stride, dilation, before, output: Math.floor((size + before + after - reach) / stride) + 1 };
}

/** Cells of the image in window `o`, with their place in the kernel. Walks the image, not the window: that may be long. */
function cells({ size, kernel, stride, dilation, before }: Axis, o: number): { at: number; tap: number }[] {
  const found: { at: number; tap: number }[] = [];
  for (let at = 0; at < size; at++) {
    const tap = (at + before - o * stride) / dilation;
    if (Number.isInteger(tap) && tap >= 0 && tap < kernel) found.push({ at, tap });
  }
  return found;
}

/** What `body` returns for every window, with the window's cells. */
function overWindows(rows: Axis, columns: Axis, body: (window: { pixel: number; tap: number }[]) => number): number[] {
  const results: number[] = [];
  for (let y = 0; y < rows.output; y++) {
    for (let x = 0; x < columns.output; x++) {
      const across = cells(columns, x);
      const window = cells(rows, y).flatMap((row) =>
        across.map((column) => ({ pixel: row.at * WIDTH + column.at, tap: row.tap * columns.kernel + column.tap })),
      );
      results.push(body(window));
    }
  }
  return results;
}

const value = (values: Float32Array, i: number): number => values[i] ?? NaN;

/** Values of a tensor, or undefined where the library refuses as it may. */
function valuesOf(make: () => Tensor): number[] | undefined {
  try {
    return tidy(() => [...make().data()]);
  } catch (error) {
    if (error instanceof RangeError || error instanceof ShapeError || error instanceof OutOfMemoryError)
      return undefined;
    throw error;
  }
}

/** Padding along one axis. */
function along({ padding }: { padding: 'valid' | 'same' | [[number, number], [number, number]] }, axis: 0 | 1) {
  return typeof padding === 'string' ? padding : padding[axis];
}

describe('pools', () => {
  it.each([
    ['maxPool2d', maxPool2d, (w: number[]) => Math.max(...w)],
    ['avgPool2d', avgPool2d, (w: number[]) => w.reduce((a, b) => a + b, 0) / w.length],
  ] as const)('%s', (_, pool, ofWindow) => {
    let answers = 0;
    fc.assert(
      fc.property(fc.record({ poolSize: pair(1), strides: pair(1), padding }), (options) => {
        const got = valuesOf(() => pool(tensor(image, [1, HEIGHT, WIDTH, 1]), options satisfies PoolOptions));
        if (!got) return;
        const rows = axisOf(HEIGHT, options.poolSize[0], options.strides[0], 1, along(options, 0));
        const columns = axisOf(WIDTH, options.poolSize[1], options.strides[1], 1, along(options, 1));
        answers++;
        expect(got).toHaveLength(rows.output * columns.output);
        const right = overWindows(rows, columns, (window) => ofWindow(window.map(({ pixel }) => value(image, pixel))));
        got.forEach((one, i) => expect(one).toBeCloseTo(right[i] ?? NaN, 5));
      }),
      { numRuns: 1000 },
    );
    expect(answers).toBeGreaterThan(20);
  });
});

describe('convolutions', () => {
  const options = fc.record({ strides: pair(1), dilations: pair(1), padding });
  const kernels = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));

  it.each(['conv2d', 'depthwiseConv2d'] as const)('%s, and its gradients', (name) => {
    let answers = 0;
    fc.assert(
      fc.property(kernels, options, ([height, width], given) => {
        const taps = Float32Array.from({ length: height * width }, (_, i) => i + 1);
        const convolve = (x: Tensor, filter: Tensor): Tensor =>
          name === 'conv2d' ? conv2d(x, filter, given) : depthwiseConv2d(x, filter, given);
        const x = (): Tensor => tensor(image, [1, HEIGHT, WIDTH, 1]);
        const filter = (): Tensor => tensor(taps, [height, width, 1, 1]);
        const got = valuesOf(() => convolve(x(), filter()));
        if (!got) return;
        answers++;
        const axis = (at: 0 | 1, size: number, kernel: number): Axis =>
          axisOf(size, kernel, given.strides[at], given.dilations[at], along(given, at));
        const [rows, columns] = [axis(0, HEIGHT, height), axis(1, WIDTH, width)];
        const byImage = new Array<number>(image.length).fill(0);
        const byFilter = new Array<number>(taps.length).fill(0);
        const right = overWindows(rows, columns, (window) =>
          window.reduce((total, { pixel, tap }) => {
            byImage[pixel] = (byImage[pixel] ?? 0) + value(taps, tap);
            byFilter[tap] = (byFilter[tap] ?? 0) + value(image, pixel);
            return total + value(image, pixel) * value(taps, tap);
          }, 0),
        );
        expect(got).toEqual(right);
        expect(valuesOf(() => grad((v: Tensor) => sum(convolve(v, filter())))(x()))).toEqual(byImage);
        expect(valuesOf(() => grad((v: Tensor) => sum(convolve(x(), v)))(filter()))).toEqual(byFilter);
      }),
      { numRuns: 1000 },
    );
    expect(answers).toBeGreaterThan(20);
  });

  it('conv2dTranspose', () => {
    let answers = 0;
    fc.assert(
      fc.property(kernels, options, ([height, width], given) => {
        const taps = Float32Array.from({ length: height * width }, (_, i) => i + 1);
        const x = (): Tensor => tensor([3], [1, 1, 1, 1]);
        const got = valuesOf(() => conv2dTranspose(x(), tensor(taps, [height, width, 1, 1]), given));
        if (!got) return;
        answers++;
        // What it is the gradient of: an image of the result's size, from which the window takes one cell.
        const whole = tidy(() => conv2dTranspose(x(), tensor(taps, [height, width, 1, 1]), given).shape);
        const [rows = 0, columns = 0] = whole.slice(1);
        const axis = (at: 0 | 1, size: number, kernel: number): Axis =>
          axisOf(size, kernel, given.strides[at], given.dilations[at], along(given, at));
        const [down, across] = [axis(0, rows, height), axis(1, columns, width)];
        expect([down.output, across.output]).toEqual([1, 1]);
        const right = new Array<number>(rows * columns).fill(0);
        for (const { at: y, tap: i } of cells(down, 0))
          for (const { at: z, tap: j } of cells(across, 0)) right[y * columns + z] = 3 * value(taps, i * width + j);
        expect(got).toEqual(right);
      }),
      { numRuns: 1000 },
    );
    expect(answers).toBeGreaterThan(20);
  });
});
