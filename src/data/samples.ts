import type { Dataset } from './dataset.js';

/** One row of a `Dataset`: the numbers of `x`, and those of target and weights, if any; a class index is one number. */
export interface Sample {
  readonly x: Float32Array;
  readonly y?: Float32Array;
  readonly lengths?: number;
  readonly weights?: Float32Array;
}

/** Row `i` of some that lie one after the other. */
function rowAt(rows: Float32Array | Int32Array, width: number, i: number): Float32Array {
  const row = new Float32Array(width); // for short rows that is cheaper than a view
  for (let k = 0, from = i * width; k < width; k++) row[k] = rows[from++] ?? 0;
  return row;
}

/** A function that makes the rows of a dataset. */
export function sampler({ size, x, y, lengths, weights }: Dataset): (i: number) => Sample {
  const [width, depth] = [x.length / size, y ? y.length / size : 0];
  const count = (weights?.length ?? 0) / size;
  const inputs = (i: number): Float32Array => x.subarray(i * width, (i + 1) * width);
  if (y && !lengths && !weights) return (i) => ({ x: inputs(i), y: rowAt(y, depth, i) });
  return (i) => ({
    x: inputs(i),
    ...(y && { y: rowAt(y, depth, i) }),
    ...(lengths && { lengths: lengths[i] ?? 0 }),
    ...(weights && { weights: weights.subarray(i * count, (i + 1) * count) }),
  });
}
