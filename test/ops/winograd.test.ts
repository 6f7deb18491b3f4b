// Convolutions large enough for Winograd's method (src/ops/support/winograd.ts), through the public operations.
import { describe, expect, it } from 'vitest';
import { add } from '../../src/ops/add.js';
import { conv2d, type Conv2dOptions } from '../../src/ops/conv2d.js';
import { conv2dAffine } from '../../src/ops/conv2dAffine.js';
import { grad } from '../../src/ops/differentiation.js';
import { mul } from '../../src/ops/mul.js';
import { sum } from '../../src/ops/sum.js';
import { turnedRound, winogradOf } from '../../src/ops/support/winograd.js';
import { geometryOf, windowOf } from '../../src/ops/support/window.js';
import { randomNormal, tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { withRuntime } from '../support/live.js';

withRuntime();

const normal = (shape: readonly number[], seed: number): Tensor => randomNormal(shape, { seed });

/** sum(a * b), added in float64. */
function inner(a: Tensor, b: Tensor): number {
  const other = b.data();
  return a.data().reduce((total, value, i) => total + value * other[i]!, 0);
}

const paddings: readonly (readonly [string, Conv2dOptions])[] = [
  ['valid', { padding: 'valid' }],
  ['same', { padding: 'same' }],
  [
    'explicit',
    {
      padding: [
        [2, 0],
        [1, 3],
      ],
    },
  ],
];

/** With images of which the method makes tiles of 2 x 2 and of 4 x 4 pixels. */
const cases = paddings.flatMap(([name, options]) =>
  [
    [7, 8],
    [12, 12],
    [14, 14],
  ].map((size) => [name, size, options] as const),
);

describe("Winograd's convolution", () => {
  it.each(cases)('is the sum of the direct ones of each channel, padding %s, image %j', (_, size, options) => {
    tidy(() => {
      const [x, f] = [normal([2, ...size, 18], 1), normal([3, 3, 18, 17], 2)];
      const y = conv2d(x, f, options);
      // With two groups of nine channels the direct method computes the parts.
      const doubled = conv2d(x, splitInTwo(f), { ...options, groups: 2 });
      const expected = joinHalves(doubled);
      y.data().forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-4);
      });
    });
  });

  it.each(cases)('has the gradients of central differences, padding %s, image %j', (_, size, options) => {
    tidy(() => {
      const [x, f] = [normal([1, ...size, 16], 1), normal([3, 3, 16, 19], 2)];
      const y = conv2d(x, f, options);
      const dy = normal(y.shape, 3);
      const dx = grad((a: Tensor) => sum(mul(conv2d(a, f, options), dy)))(x);
      const df = grad((a: Tensor) => sum(mul(conv2d(x, a, options), dy)))(f);
      const [tx, tf] = [normal(x.shape, 4), normal(f.shape, 5)];
      // The convolution is linear in each operand, so that a difference of any length is the derivative.
      const byX = (inner(conv2d(add(x, tx), f, options), dy) - inner(y, dy)) / inner(tx, dx);
      const byF = (inner(conv2d(x, add(f, tf), options), dy) - inner(y, dy)) / inner(tf, df);
      expect(byX).toBeCloseTo(1, 3);
      expect(byF).toBeCloseTo(1, 3);
    });
  });

  it.each([6, 13])('has second derivatives, %i pixels', (side) => {
    tidy(() => {
      const [x, f] = [normal([1, side, side, 16], 1), normal([3, 3, 16, 16], 2)];
      const energy = (a: Tensor): Tensor => {
        const y = conv2d(a, f);
        return sum(mul(y, y));
      };
      const t = normal(x.shape, 3);
      const along = grad((a: Tensor) => sum(mul(grad(energy)(a), t)))(x);
      const image = conv2d(t, f);
      expect(inner(along, t) / (2 * inner(image, image))).toBeCloseTo(1, 4);
    });
  });

  it.each([7, 12])('gives an image the same bits in any batch, %i pixels', (side) => {
    tidy(() => {
      const [x, f, bias] = [normal([3, side, side, 16], 1), normal([3, 3, 16, 20], 2), normal([20], 3)];
      const options = { activation: 'relu', padding: 'same' } as const;
      const all = conv2dAffine(x, f, bias, options).data();
      const alone = conv2dAffine(normal([1, side, side, 16], 1), f, bias, options).data();
      expect(all.slice(0, alone.length)).toEqual(alone);
    });
  });
});

/** The halves of a filter's input channels as filters of two groups. */
function splitInTwo(f: Tensor): Tensor {
  const [height = 0, width = 0, channels = 0, out = 0] = f.shape;
  const half = channels / 2;
  const from = f.data();
  const to = new Float32Array(height * width * half * 2 * out);
  for (let tap = 0; tap < height * width; tap++)
    for (let c = 0; c < channels; c++)
      for (let n = 0; n < out; n++) {
        const group = Math.floor(c / half);
        to[(tap * half + (c % half)) * 2 * out + group * out + n] = from[(tap * channels + c) * out + n]!;
      }
  return tensor(to, [height, width, half, 2 * out]);
}

/** The sum of the two groups of channels. */
function joinHalves(y: Tensor): number[] {
  const out = y.shape[3]! / 2;
  const values = y.data();
  return Array.from({ length: y.size / 2 }, (_, i) => {
    const at = Math.floor(i / out) * 2 * out + (i % out);
    return values[at]! + values[at + out]!;
  });
}

describe('the rule', () => {
  const geometry = (
    size: number,
    channels: number,
    out: number,
    kernel = 3,
    strides = 1,
  ): Parameters<typeof winogradOf>[0] =>
    geometryOf(
      'test',
      windowOf('test', [size, size], [kernel, kernel], {
        strides: [strides, strides],
        dilations: [1, 1],
        padding: 'same',
      }),
      { batch: 1, inChannels: channels, outChannels: out, groups: 1 },
    );

  it('takes 3 x 3 taps without strides, from 16 channels and 5 x 5 pixels on', () => {
    expect(winogradOf(geometry(5, 16, 16))?.side).toBe(2);
    expect(winogradOf(geometry(8, 64, 32))?.side).toBe(2);
    expect([9, 11, 12, 14, 16, 28].map((size) => winogradOf(geometry(size, 16, 16))?.side)).toEqual([2, 4, 4, 2, 4, 4]);
    expect(winogradOf(geometry(32, 256, 512))?.side).toBe(4);
    for (const other of [
      ...[geometry(4, 16, 16), geometry(8, 15, 16), geometry(8, 16, 15), geometry(8, 257, 16)],
      ...[geometry(8, 16, 16, 5), geometry(8, 16, 16, 1), geometry(8, 16, 16, 3, 2)],
    ])
      expect(winogradOf(other)).toBeUndefined();
  });

  it('turns a convolution round for its input gradient', () => {
    const turned = turnedRound(geometry(9, 16, 24));
    expect([turned.inChannels, turned.outChannels, turned.before]).toEqual([24, 16, [1, 1]]);
  });
});
