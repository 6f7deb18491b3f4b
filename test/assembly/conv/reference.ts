// Convolution and its gradients in float64, by the definition: one pass over all pairs of an output pixel and a tap.
import { expect } from 'vitest';
import type { KernelBench } from '../../support/kernels.js';
import { numbers } from '../../support/slices.js';

export interface Window {
  batch: number;
  inHeight: number;
  inWidth: number;
  inChannels: number;
  outChannels: number;
  kernelHeight: number;
  kernelWidth: number;
  strideHeight: number;
  strideWidth: number;
  dilationHeight: number;
  dilationWidth: number;
  padTop: number;
  padBottom: number;
  padLeft: number;
  padRight: number;
  groups: number;
}

export const plain: Window = {
  ...{ batch: 1, inHeight: 5, inWidth: 5, inChannels: 1, outChannels: 1, kernelHeight: 3, kernelWidth: 3 },
  ...{ strideHeight: 1, strideWidth: 1, dilationHeight: 1, dilationWidth: 1 },
  ...{ padTop: 0, padBottom: 0, padLeft: 0, padRight: 0, groups: 1 },
};

export function outputSize(w: Window): [height: number, width: number] {
  const size = (n: number, before: number, after: number, k: number, stride: number, dilation: number): number =>
    Math.floor((n + before + after - (k - 1) * dilation - 1) / stride) + 1;
  return [
    size(w.inHeight, w.padTop, w.padBottom, w.kernelHeight, w.strideHeight, w.dilationHeight),
    size(w.inWidth, w.padLeft, w.padRight, w.kernelWidth, w.strideWidth, w.dilationWidth),
  ];
}

/** Elements of the input, filter and output. */
export function sizes(w: Window): [x: number, f: number, y: number] {
  const [height, width] = outputSize(w);
  return [
    w.batch * w.inHeight * w.inWidth * w.inChannels,
    (w.kernelHeight * w.kernelWidth * w.inChannels * w.outChannels) / w.groups,
    w.batch * height * width * w.outChannels,
  ];
}

/** The kernels' parameter block. */
export function blockOf(bench: KernelBench, w: Window): number {
  const [height, width] = outputSize(w);
  return bench.i32([
    ...[w.batch, w.inHeight, w.inWidth, w.inChannels, height, width, w.outChannels, w.kernelHeight, w.kernelWidth],
    ...[w.strideHeight, w.strideWidth, w.dilationHeight, w.dilationWidth, w.padTop, w.padLeft, w.groups],
  ]);
}

/** Calls `visit` with the positions in x, f and y of every product of the sum. */
export function eachProduct(w: Window, visit: (x: number, f: number, y: number) => void): void {
  const [height, width] = outputSize(w);
  const [inGroup, outGroup] = [w.inChannels / w.groups, w.outChannels / w.groups];
  for (let b = 0; b < w.batch; b++)
    for (let r = 0; r < height; r++)
      for (let s = 0; s < width; s++)
        for (let i = 0; i < w.kernelHeight; i++)
          for (let j = 0; j < w.kernelWidth; j++) {
            const row = r * w.strideHeight + i * w.dilationHeight - w.padTop;
            const column = s * w.strideWidth + j * w.dilationWidth - w.padLeft;
            if (row < 0 || row >= w.inHeight || column < 0 || column >= w.inWidth) continue;
            for (let n = 0; n < w.outChannels; n++) {
              const first = Math.floor(n / outGroup) * inGroup;
              for (let c = 0; c < inGroup; c++) {
                visit(
                  ((b * w.inHeight + row) * w.inWidth + column) * w.inChannels + first + c,
                  ((i * w.kernelWidth + j) * inGroup + c) * w.outChannels + n,
                  ((b * height + r) * width + s) * w.outChannels + n,
                );
              }
            }
          }
}

export interface Expected {
  readonly sum: Float64Array;
  /** Sum of the magnitudes: what the error of a float32 sum is proportional to. */
  readonly magnitude: Float64Array;
}

/** Target `to` of each product filled with the sum of the other two. */
export function reference(w: Window, to: 'x' | 'f' | 'y', a: Float32Array, b: Float32Array): Expected {
  const length = sizes(w)[['x', 'f', 'y'].indexOf(to)]!;
  const [sum, magnitude] = [new Float64Array(length), new Float64Array(length)];
  eachProduct(w, (x, f, y) => {
    const [p, q, target] = to === 'y' ? [x, f, y] : to === 'x' ? [y, f, x] : [x, y, f];
    const product = a[p]! * b[q]!;
    sum[target]! += product;
    magnitude[target]! += Math.abs(product);
  });
  return { sum, magnitude };
}

export function compare(got: Float32Array, { sum, magnitude }: Expected, exact: boolean, what: string): void {
  for (let i = 0; i < sum.length; i++) {
    const bound = exact ? 0 : 4e-7 * magnitude[i]! + 1e-7;
    if (!(Math.abs(got[i]! - sum[i]!) <= bound))
      expect.fail(`${what}, element ${i}: expected ${sum[i]}, got ${got[i]}`);
  }
}

export const integers = (length: number, seed: number): Float32Array => numbers(length, seed, -4, 5).map(Math.floor);
