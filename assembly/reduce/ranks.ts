// Where the right class of a row stands among the predictions: what accuracy, top-k, precision, recall and F1 count.
import { expSum } from "./exp-sum";
import { rowMax } from "./rows";

/** exp4(d), of which expSum is the sum, is 1 for d <= 0 down to here. */
const ONE_FROM: f32 = -0.000000029802322387695312; // -2^-25

/**
 * Per row of x [rows, cols], three floats: the first class of largest value, the right class, and the number of classes
 * before that: larger ones, and equal ones of smaller index; Infinity where its value is NaN. With isLogits, values are
 * softmax(x), with its ties and NaN, but it is computed only where it decides. byIndex = 1: target is the right class,
 * i32; 0: a row, whose first largest value is at the right class. The range counts rows.
 */
export function rankRows(
  x: usize,
  target: usize,
  byIndex: i32,
  isLogits: i32,
  y: usize,
  cols: i32,
  begin: i32,
  end: i32,
): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const row = x + <usize>r * stride;
    const largest = rowMax(row, cols);
    let own: i32;
    if (byIndex != 0) {
      own = load<i32>(target + ((<usize>r) << 2));
    } else {
      const t = target + <usize>r * stride;
      own = firstLargest(t, cols, rowMax(t, cols), 0);
    }
    let found = 0;
    let rank: f32 = Infinity;
    // Otherwise softmax is NaN.
    if (isLogits == 0 || abs(largest) < Infinity) {
      found = firstLargest(row, cols, largest, isLogits != 0 ? ONE_FROM : 0);
      if (<u32>own < <u32>cols) rank = countBefore(row, cols, own, largest, isLogits);
    }
    const at = y + <usize>r * 12;
    store<f32>(at, <f32>found);
    store<f32>(at, <f32>own, 4);
    store<f32>(at, rank, 8);
  }
}

/** The first index whose value is the largest, or differs from it by `least` at most. Before it, NaN is left out. */
function firstLargest(x: usize, n: i32, largest: f32, least: f32): i32 {
  let found = 0;
  if (largest == largest) {
    const m = f32x4.splat(largest);
    const limit = f32x4.splat(least);
    for (let i = 0; i < n; i += 4) {
      const v = v128.load(x + ((<usize>i) << 2));
      const hits = i32x4.bitmask(v128.or(f32x4.eq(v, m), f32x4.ge(f32x4.sub(v, m), limit)));
      if (hits != 0) return i + ctz(hits);
    }
  }
  for (let i = 1; i < n; i++) if (load<f32>(x + ((<usize>i) << 2)) > load<f32>(x + ((<usize>found) << 2))) found = i;
  return found;
}

function countBefore(x: usize, n: i32, own: i32, largest: f32, isLogits: i32): f32 {
  const score = load<f32>(x + ((<usize>own) << 2));
  if (score != score) return Infinity;
  const below = largest - score;
  // Logits that differ by more give different probabilities: two of exp4 are off by 2^-22, two products and differences too.
  const margin: f32 = isLogits != 0 ? <f32>0.0000006 + below * <f32>0.00000015 : 0;
  const high = score + margin;
  const low = score - margin;
  let larger = i32x4.splat(0);
  let close = larger;
  let i = 0;
  for (const last = n - 4; i <= last; i += 4) {
    const v = v128.load(x + ((<usize>i) << 2));
    larger = i32x4.sub(larger, f32x4.gt(v, f32x4.splat(high)));
    close = i32x4.sub(close, f32x4.ge(v, f32x4.splat(low)));
  }
  let before = sumLanes(larger);
  let others = sumLanes(close);
  for (; i < n; i++) {
    const v = load<f32>(x + ((<usize>i) << 2));
    before += i32(v > high);
    others += i32(v >= low);
  }
  // Probabilities below 2^-87 may be subnormal, where many logits give the same.
  const isClear = below < 60 || isLogits == 0;
  if (others == before + 1 && isClear) return <f32>before;
  let factor: f32 = 0;
  if (isLogits != 0) factor = <f32>(1 / expSum(x, 0, n, largest));
  const limit = valueOf(x + ((<usize>own) << 2), largest, factor);
  before = 0;
  for (let k = 0; k < n; k++) {
    const at = x + ((<usize>k) << 2);
    let v = load<f32>(at);
    if (!isClear || (v <= high && v >= low)) {
      v = valueOf(at, largest, factor);
      before += i32(k < own ? v >= limit : v > limit);
    } else before += i32(v > high);
  }
  return <f32>before;
}

/** A logit as a probability; itself with factor 0. */
function valueOf(x: usize, largest: f32, factor: f32): f32 {
  return factor == 0 ? load<f32>(x) : <f32>expSum(x, 0, 1, largest) * factor;
}

function sumLanes(v: v128): i32 {
  return i32x4.extract_lane(v, 0) + i32x4.extract_lane(v, 1) + i32x4.extract_lane(v, 2) + i32x4.extract_lane(v, 3);
}
