// Cross-entropy of softmax(z) with its gradient. With m = max z, e = exp(z - m), s = sum e, T = sum t:
//   loss = sum t (m - z) + T log s        every term >= 0: nothing cancels
//   dz   = e T / s - t
import { addPair, keepLanes, promoteHigh, storeLast, storeLanes } from "../simd/ragged";
import { exp4 } from "../simd/exp";
import { expSum, logOfExpSum } from "../reduce/exp-sum";
import { rowMax, rowSum } from "../reduce/rows";

/**
 * rowLoss[r] = -scale sum_k t_k log softmax(z)_k and dz = scale (softmax(z) sum t - t), dz = 0: no gradient. byIndex =
 * 0: target holds probabilities [rows, cols]; 1: an i32 class per row, NaN where it is out of range. Of each t, the share
 * smoothing is spread evenly over the columns. weights: a factor for each row, or 0; a row of weight 0 gives 0 whatever
 * its logits are. dz may be z itself. The range counts rows.
 */
export function softmaxCrossEntropy(
  z: usize,
  target: usize,
  byIndex: i32,
  weights: usize,
  rowLoss: usize,
  dz: usize,
  rows: i32,
  cols: i32,
  scale: f32,
  smoothing: f32,
  begin: i32,
  end: i32,
): void {
  const stride = (<usize>cols) << 2;
  for (let r = begin; r < end; r++) {
    const row = <usize>r * stride;
    const gradient = dz == 0 ? <usize>0 : dz + row;
    const weight: f32 = weights == 0 ? 1 : load<f32>(weights + ((<usize>r) << 2));
    let loss: f32 = 0;
    if (weight == 0) {
      if (dz != 0) memory.fill(gradient, 0, stride);
    } else if (byIndex != 0) {
      loss = classRow(z + row, load<i32>(target + ((<usize>r) << 2)), gradient, cols, scale * weight, smoothing);
    } else {
      loss = probabilityRow(z + row, target + row, gradient, cols, scale * weight, smoothing);
    }
    store<f32>(rowLoss + ((<usize>r) << 2), loss);
  }
}

function classRow(z: usize, k: i32, dz: usize, cols: i32, scale: f32, smoothing: f32): f32 {
  const known = <u32>k < <u32>cols;
  const m = rowMax(z, cols);
  const zk = known ? load<f32>(z + ((<usize>k) << 2)) : NaN;
  const own: f32 = 1 - smoothing;
  let distance = own * (m - zk);
  if (smoothing != 0) distance += smoothing * <f32>(<f64>m - rowSum(z, cols) / <f64>cols);
  const s = expSum(z, dz, cols, m);
  if (dz != 0) {
    const factor = f32x4.splat(known ? <f32>(<f64>scale / s) : NaN);
    const even = f32x4.splat((scale * smoothing) / <f32>cols);
    for (let c = 0; c < cols; c += 4) {
      const at = dz + ((<usize>c) << 2);
      const d = f32x4.sub(f32x4.mul(v128.load(at), factor), even);
      if (cols - c < 4) {
        storeLast(at, d, cols - c);
        break;
      }
      v128.store(at, d);
    }
    if (known) store<f32>(dz + ((<usize>k) << 2), load<f32>(dz + ((<usize>k) << 2)) - scale * own);
  }
  return scale * (distance + logOfExpSum(s));
}

function probabilityRow(z: usize, t: usize, dz: usize, cols: i32, scale: f32, smoothing: f32): f32 {
  const largest = rowMax(z, cols);
  const m = f32x4.splat(largest);
  const zero = f32x4.splat(0);
  const own = f32x4.splat(1 - smoothing);
  const even = f32x4.splat(smoothing / <f32>cols);
  let s = f64x2.splat(0);
  let total = s;
  let distance = s;
  for (let c = 0; c < cols; c += 4) {
    const at = (<usize>c) << 2;
    const p = keepLanes(f32x4.add(f32x4.mul(v128.load(t + at), own), even), cols - c);
    const below = f32x4.sub(m, v128.load(z + at));
    const e = exp4(f32x4.neg(below));
    if (dz != 0) storeLanes(dz + at, e, cols - c);
    const kept = keepLanes(e, cols - c);
    // Where t is 0 the term is 0, even for z = -Infinity; this also covers the lanes past the end.
    const term = v128.and(f32x4.mul(p, below), f32x4.ne(p, zero));
    s = f64x2.add(s, f64x2.add(f64x2.promote_low_f32x4(kept), promoteHigh(kept)));
    total = f64x2.add(total, f64x2.add(f64x2.promote_low_f32x4(p), promoteHigh(p)));
    distance = f64x2.add(distance, f64x2.add(f64x2.promote_low_f32x4(term), promoteHigh(term)));
  }
  const sum = addPair(s);
  const mass = addPair(total);
  if (dz != 0) gradientRow(dz, t, cols, <f32>((<f64>scale * mass) / sum), scale, smoothing);
  return <f32>(<f64>scale * (addPair(distance) + mass * <f64>logOfExpSum(sum)));
}

/** dz = e factor - scale t, with e in dz, and t smoothed. */
function gradientRow(dz: usize, t: usize, cols: i32, factor: f32, scale: f32, smoothing: f32): void {
  const a = f32x4.splat(factor);
  const b = f32x4.splat(scale * (1 - smoothing));
  const even = f32x4.splat((scale * smoothing) / <f32>cols);
  for (let c = 0; c < cols; c += 4) {
    const at = (<usize>c) << 2;
    const t4 = f32x4.add(f32x4.mul(v128.load(t + at), b), even);
    const d = f32x4.sub(f32x4.mul(v128.load(dz + at), a), t4);
    if (cols - c < 4) {
      storeLast(dz + at, d, cols - c);
      break;
    }
    v128.store(dz + at, d);
  }
}
