// Layer normalisation (Ba, Kiros and Hinton 2016): every row of x [rows, cols] is centred and scaled by its own mean
// and (biased) variance; gamma and beta have a value for each column. Sums are in f64, over a row that is in the L1
// cache.
import { multiplyAdd4 } from "../simd/lanes";
import { addPair, keepLanes, promoteHigh, storeLast } from "../simd/ragged";
import { rowSum } from "../reduce/rows";
import { BY_ROW, SPAN, sumAt, sumColumns } from "./sums";

/** Sum of (x - centre)^2. */
function squaredDistance(x: usize, centre: f64, n: i32): f64 {
  const origin = f64x2.splat(centre);
  let low = f64x2.splat(0);
  let high = low;
  for (; n >= 4; n -= 4) {
    const v = v128.load(x);
    const a = f64x2.sub(f64x2.promote_low_f32x4(v), origin);
    const b = f64x2.sub(promoteHigh(v), origin);
    low = f64x2.add(low, f64x2.mul(a, a));
    high = f64x2.add(high, f64x2.mul(b, b));
    x += 16;
  }
  let sum = addPair(f64x2.add(low, high));
  for (; n > 0; n--) {
    const d = <f64>load<f32>(x) - centre;
    sum += d * d;
    x += 4;
  }
  return sum;
}

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta; also the mean and 1 / sqrt(...) of every row. */
export function normalizeRows(
  x: usize,
  gamma: usize,
  beta: usize,
  y: usize,
  mean: usize,
  inverse: usize,
  features: i32,
  epsilon: f32,
  begin: i32,
  end: i32,
): void {
  if (features == 0 || begin >= end) return;
  let total = rowSum(x + ((<usize>begin * <usize>features) << 2), features);
  for (let r = begin; r < end; r++) {
    const from = x + ((<usize>r * <usize>features) << 2);
    const to = y + ((<usize>r * <usize>features) << 2);
    const centre = total / <f64>features;
    const distance = squaredDistance(from, centre, features);
    // The next row's sum fills the time that division and root take.
    if (r + 1 < end) total = rowSum(from + ((<usize>features) << 2), features);
    const scale = 1.0 / sqrt(distance / <f64>features + <f64>epsilon);
    const rounded = <f32>centre;
    store<f32>(mean + ((<usize>r) << 2), rounded);
    store<f32>(inverse + ((<usize>r) << 2), <f32>scale);
    const origin = f32x4.splat(rounded);
    const factor = f32x4.splat(<f32>scale);
    const rest = f32x4.splat(<f32>((<f64>rounded - centre) * scale)); // of the mean's rounding
    let c = 0;
    do {
      const at = (<usize>c) << 2;
      const standard = multiplyAdd4(f32x4.sub(v128.load(from + at), origin), factor, rest);
      const v = multiplyAdd4(standard, v128.load(gamma + at), v128.load(beta + at));
      if (features - c < 4) {
        storeLast(to + at, v, features - c);
        break;
      }
      v128.store(to + at, v);
      c += 4;
    } while (c < features);
  }
}

/**
 * dx = s (g - mean(g) - h mean(g h)) along every row, with g = dy * gamma, h = (x - mean) s and s = `inverse`.
 * The range counts rows.
 */
export function normalizeRowsGradient(
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  inverse: usize,
  dx: usize,
  features: i32,
  begin: i32,
  end: i32,
): void {
  if (features == 0) return;
  const count = <f64>features;
  for (let r = begin; r < end; r++) {
    const row = (<usize>r * <usize>features) << 2;
    const origin = v128.load32_splat(mean + ((<usize>r) << 2));
    const s = <f64>load<f32>(inverse + ((<usize>r) << 2));
    let sum = f64x2.splat(0);
    let product = sum;
    let rest = sum;
    for (let c = 0; c < features; c += 4) {
      const at = (<usize>c) << 2;
      const g = keepLanes(f32x4.mul(v128.load(dy + row + at), v128.load(gamma + at)), features - c);
      const d = keepLanes(f32x4.sub(v128.load(x + row + at), origin), features - c);
      const gLow = f64x2.promote_low_f32x4(g);
      const gHigh = promoteHigh(g);
      const dLow = f64x2.promote_low_f32x4(d);
      const dHigh = promoteHigh(d);
      sum = f64x2.add(sum, f64x2.add(gLow, gHigh));
      product = f64x2.add(product, f64x2.add(f64x2.mul(gLow, dLow), f64x2.mul(gHigh, dHigh)));
      rest = f64x2.add(rest, f64x2.add(dLow, dHigh));
    }
    const total = addPair(sum);
    const offset = addPair(rest) / count; // of the mean's rounding
    const slope = (-s * s * s * (addPair(product) - offset * total)) / count;
    const a = f32x4.splat(<f32>s);
    const b = f32x4.splat(<f32>slope);
    const shift = f32x4.splat(<f32>((-s * total) / count - offset * slope));
    let c = 0;
    do {
      const at = (<usize>c) << 2;
      const g = f32x4.mul(v128.load(dy + row + at), v128.load(gamma + at));
      const d = f32x4.sub(v128.load(x + row + at), origin);
      const v = multiplyAdd4(g, a, multiplyAdd4(d, b, shift));
      if (features - c < 4) {
        storeLast(dx + row + at, v, features - c);
        break;
      }
      v128.store(dx + row + at, v);
      c += 4;
    } while (c < features);
  }
}

/** dgamma = sum dy (x - mean[row]) inverse[row] and dbeta = sum dy down the columns. The range counts columns. */
export function normalizeRowsScaleGradient(
  dy: usize,
  x: usize,
  mean: usize,
  inverse: usize,
  dgamma: usize,
  dbeta: usize,
  rows: i32,
  cols: i32,
  begin: i32,
  end: i32,
): void {
  for (let first = begin; first < end; first += SPAN) {
    const last = min(end, first + SPAN);
    sumColumns(BY_ROW, x, dy, mean, inverse, rows, cols, first, last);
    for (let c = first; c < last; c++) {
      const at = (<usize>c) << 2;
      store<f32>(dbeta + at, <f32>sumAt(c - first, 0));
      store<f32>(dgamma + at, <f32>sumAt(c - first, 1));
    }
  }
}
