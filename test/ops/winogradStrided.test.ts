// Convolutions with strides 2 by Winograd's method (src/ops/support/winogradStrided.ts), through the public operations.
import { describe, expect, it } from 'vitest';
import { conv2d, type Conv2dOptions } from '../../src/ops/conv2d.js';
import { conv2dAffine } from '../../src/ops/conv2dAffine.js';
import { conv2dTranspose } from '../../src/ops/conv2dTranspose.js';
import { grad } from '../../src/ops/differentiation.js';
import { mul } from '../../src/ops/mul.js';
import { sum } from '../../src/ops/sum.js';
import { isStridedBackward, isStridedForward, isWinogradStrided } from '../../src/ops/support/winogradStrided.js';
import { geometryOf, windowOf, type Geometry } from '../../src/ops/support/window.js';
import { randomNormal } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { eachProduct, plain, type Window } from '../assembly/conv/reference.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const normal = (shape: readonly number[], seed: number): Tensor => randomNormal(shape, { seed });

const SIZES = { inHeight: 15, inWidth: 14, inChannels: 24, outChannels: 17 };
const strided: Window = { ...plain, ...SIZES, batch: 2, strideHeight: 2, strideWidth: 2 };

type Pads = readonly [top: number, bottom: number, left: number, right: number];
const cases: readonly (readonly [taps: number, padding: Conv2dOptions['padding'], pads: Pads])[] = [
  [5, 'valid', [0, 0, 0, 0]],
  [5, 'same', [2, 2, 1, 2]],
  [
    5,
    [
      [3, 0],
      [4, 3],
    ],
    [3, 0, 4, 3],
  ],
  [4, 'same', [1, 2, 1, 1]],
  [4, 'valid', [0, 0, 0, 0]],
  [6, 'same', [2, 3, 2, 2]],
];

/** Largest distance from float64. */
function distance(got: Tensor, sum: Float64Array): number {
  expect(got.size).toBe(sum.length);
  return got.data().reduce((most, value, i) => Math.max(most, Math.abs(value - sum[i]!)), 0);
}

describe("Winograd's convolution with strides", () => {
  it.each(cases)('and its gradients are those of float64, %i taps along an axis, padding %j', (taps, padding, pads) => {
    tidy(() => {
      const [padTop, padBottom, padLeft, padRight] = pads;
      const w = { ...strided, kernelHeight: taps, kernelWidth: taps, padTop, padBottom, padLeft, padRight };
      const [x, f] = [normal([2, 15, 14, 24], 1), normal([taps, taps, 24, 17], 2)];
      const options = { padding, strides: 2 };
      const y = conv2d(x, f, options);
      const dy = normal(y.shape, 3);
      const [px, pf, pdy] = [x.data(), f.data(), dy.data()];
      const sums = { y: new Float64Array(y.size), dx: new Float64Array(x.size), df: new Float64Array(f.size) };
      eachProduct(w, (ix, jf, ky) => {
        sums.y[ky]! += px[ix]! * pf[jf]!;
        sums.dx[ix]! += pdy[ky]! * pf[jf]!;
        sums.df[jf]! += pdy[ky]! * px[ix]!;
      });
      expect(distance(y, sums.y)).toBeLessThan(2e-4);
      const dx = grad((a: Tensor) => sum(mul(conv2d(a, f, options), dy)))(x);
      expect(distance(dx, sums.dx)).toBeLessThan(2e-4);
      const df = grad((a: Tensor) => sum(mul(conv2d(x, a, options), dy)))(f);
      expect(distance(df, sums.df)).toBeLessThan(2e-4);
    });
  });

  it('has second derivatives', () => {
    tidy(() => {
      const [x, f] = [normal([1, 17, 17, 16], 1), normal([5, 5, 16, 16], 2)];
      const energy = (a: Tensor): Tensor => {
        const y = conv2d(a, f, { strides: 2 });
        return sum(mul(y, y));
      };
      const t = normal(x.shape, 3);
      const along = grad((a: Tensor) => sum(mul(grad(energy)(a), t)))(x);
      const image = conv2d(t, f, { strides: 2 });
      const expected = 2 * sum(mul(image, image)).item();
      expect(sum(mul(along, t)).item() / expected).toBeCloseTo(1, 4);
    });
  });

  it('gives an image the same bits in any batch, forwards and transposed', () => {
    tidy(() => {
      const [x, f, bias] = [normal([3, 14, 14, 16], 1), normal([5, 5, 16, 16], 2), normal([16], 3)];
      const alone = normal([1, 14, 14, 16], 1);
      const options = { activation: 'relu', padding: 'same', strides: 2 } as const;
      const first = conv2dAffine(alone, f, bias, options).data();
      expect(conv2dAffine(x, f, bias, options).data().slice(0, first.length)).toEqual(first);
      const transposed = conv2dTranspose(alone, f, { padding: 'same', strides: 2 }).data();
      expect(conv2dTranspose(x, f, { padding: 'same', strides: 2 }).data().slice(0, transposed.length)).toEqual(
        transposed,
      );
    });
  });
});

describe('the rule for it', () => {
  const geometry = (size: number, channels: number, out: number, taps: number, strides: number): Geometry =>
    geometryOf(
      'test',
      windowOf('test', [size, size], [taps, taps], {
        strides: [strides, strides],
        dilations: [1, 1],
        padding: 'same',
      }),
      { batch: 1, inChannels: channels, outChannels: out, groups: 1 },
    );

  it('takes 4 x 4 to 6 x 6 taps with strides 2, from 16 channels and 7 x 7 pixels on', () => {
    for (const taps of [4, 5, 6]) expect(isWinogradStrided(geometry(14, 16, 16, taps, 2))).toBe(true);
    const shapes: readonly (readonly [number, number, number, number, number])[] = [
      ...([
        [12, 16, 16, 5, 2],
        [16, 8, 16, 5, 2],
        [16, 20, 16, 5, 2],
        [16, 16, 15, 5, 2],
      ] as const),
      ...([
        [16, 16, 16, 3, 2],
        [16, 16, 16, 7, 2],
        [16, 16, 16, 5, 1],
        [16, 16, 16, 5, 3],
      ] as const),
    ];
    for (const shape of shapes) expect(isWinogradStrided(geometry(...shape))).toBe(false);
    const six = geometry(16, 16, 16, 6, 2);
    expect(isWinogradStrided({ ...six, before: [1, 2] })).toBe(false); // a phase would have a fourth tap
    expect(isWinogradStrided({ ...six, dilations: [1, 2] })).toBe(false);
    expect(isWinogradStrided({ ...six, groups: 2 })).toBe(false);
    expect(isWinogradStrided({ ...six, batch: 0 })).toBe(false);
  });

  it('takes as many channels as stay in the cache', () => {
    const wide = geometry(16, 64, 256, 5, 2);
    expect([isStridedForward(wide), isStridedBackward(wide)]).toEqual([true, true]);
    const wider = geometry(16, 72, 257, 5, 2);
    expect([isStridedForward(wider), isStridedBackward(wider), isWinogradStrided(wider)]).toEqual([false, false, true]);
  });
});
