// Batch normalisation (Ioffe and Szegedy 2015): every column of x [rows, cols] is centred and scaled by its own mean
// and (biased) variance. Statistics come from sums of x - first row in f64, so that a mean far from 0 does not cancel.
// Each element then needs x - mean, a factor and an offset. They are in `terms` [4, cols]: the mean as f32, scale,
// shift, and the factor of dy in the backward pass. The shift corrects the rounding error of the mean.
import { multiplyAdd4 } from "../simd/lanes";
import { storeLanes } from "../simd/ragged";
import { BY_COLUMN, MOMENTS, SPAN, sumAt, sumColumns } from "./sums";

/** mean, variance and the terms of y = (x - mean) / sqrt(variance + epsilon) * gamma + beta. The range counts columns. */
export function columnMoments(
  x: usize,
  gamma: usize,
  beta: usize,
  mean: usize,
  variance: usize,
  terms: usize,
  rows: i32,
  cols: i32,
  epsilon: f32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>cols) << 2;
  for (let first = begin; first < end; first += SPAN) {
    const last = min(end, first + SPAN);
    sumColumns(MOMENTS, x, 0, 0, 0, rows, cols, first, last);
    for (let c = first; c < last; c++) {
      const at = (<usize>c) << 2;
      const distance = sumAt(c - first, 0) / <f64>rows;
      const spread = max(0.0, sumAt(c - first, 1) / <f64>rows - distance * distance);
      const centre = <f64>load<f32>(x + at) + distance;
      const scale = <f64>load<f32>(gamma + at) / sqrt(spread + <f64>epsilon);
      const rounded = <f32>centre;
      store<f32>(mean + at, rounded);
      store<f32>(variance + at, <f32>spread);
      store<f32>(terms + at, rounded);
      store<f32>(terms + row + at, <f32>scale);
      store<f32>(terms + 2 * row + at, <f32>(<f64>load<f32>(beta + at) + (<f64>rounded - centre) * scale));
    }
  }
}

/**
 * From S1 = sum dy and S2 = sum dy (x - mean): dbeta = S1, dgamma = S2 / s with s = sqrt(variance + epsilon), and the
 * terms of dx = gamma / s * (dy - S1 / rows - (x - mean) S2 / (rows s^2)). The range counts columns.
 */
export function columnGradientSums(
  dy: usize,
  x: usize,
  gamma: usize,
  mean: usize,
  variance: usize,
  dgamma: usize,
  dbeta: usize,
  terms: usize,
  rows: i32,
  cols: i32,
  epsilon: f32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>cols) << 2;
  for (let first = begin; first < end; first += SPAN) {
    const last = min(end, first + SPAN);
    sumColumns(BY_COLUMN, x, dy, mean, 0, rows, cols, first, last);
    for (let c = first; c < last; c++) {
      const at = (<usize>c) << 2;
      const sum = sumAt(c - first, 0);
      const rest = sumAt(c - first, 2) / <f64>rows; // of the mean's rounding
      const product = sumAt(c - first, 1) - rest * sum;
      const inverse = 1.0 / sqrt(<f64>load<f32>(variance + at) + <f64>epsilon);
      const factor = <f64>load<f32>(gamma + at) * inverse;
      const scale = (-factor * inverse * inverse * product) / <f64>rows;
      store<f32>(dgamma + at, <f32>(product * inverse));
      store<f32>(dbeta + at, <f32>sum);
      store<f32>(terms + at, load<f32>(mean + at));
      store<f32>(terms + row + at, <f32>scale);
      store<f32>(terms + 2 * row + at, <f32>((-factor * sum) / <f64>rows - rest * scale));
      store<f32>(terms + 3 * row + at, <f32>factor);
    }
  }
}

/** y = (x - mean) * scale + shift, and + dy * factor unless dy is 0. The range counts rows of `features` floats. */
export function normalizeColumns(
  x: usize,
  dy: usize,
  terms: usize,
  y: usize,
  features: i32,
  begin: i32,
  end: i32,
): void {
  const row = (<usize>features) << 2;
  for (let r = begin; r < end; r++) {
    const at = <usize>r * row;
    for (let c = 0; c < features; c += 4) {
      const column = (<usize>c) << 2;
      const term = terms + column;
      const centred = f32x4.sub(v128.load(x + at + column), v128.load(term));
      let v = multiplyAdd4(centred, v128.load(term + row), v128.load(term + 2 * row));
      if (dy != 0) v = multiplyAdd4(v128.load(dy + at + column), v128.load(term + 3 * row), v);
      storeLanes(y + at + column, v, features - c);
    }
  }
}
