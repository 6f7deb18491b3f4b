import type { Dataset } from './dataset.js';

/** One row of a `Dataset`: the numbers of `x`, and those of target and weights, if any; a class index is one number. */
export interface Sample {
  readonly x: Float32Array;
  readonly y?: Float32Array;
  readonly lengths?: number;
  readonly weights?: Float32Array;
}

/** Row `i` of a dataset. */
export function sampleAt({ size, x, y, lengths, weights }: Dataset, i: number): Sample {
  const [width, depth] = [x.length / size, y ? y.length / size : 0];
  const count = (weights?.length ?? 0) / size;
  return {
    x: x.subarray(i * width, (i + 1) * width),
    ...(y && { y: new Float32Array(y.subarray(i * depth, (i + 1) * depth)) }),
    ...(lengths && { lengths: lengths[i] ?? 0 }),
    ...(weights && { weights: weights.subarray(i * count, (i + 1) * count) }),
  };
}
