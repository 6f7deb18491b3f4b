// Clipping by the global norm: sumSquares over every gradient, one factor, one scaling.
import { storeLast } from "../simd/ragged";

/** factor (f32 cell) = min(1, clipNorm / (sqrt(sumSquares) + 1e-6)), sumSquares an f64 cell (PyTorch clip_grad_norm_). */
export function clipFactor(sumSquares: usize, factor: usize, clipNorm: f64): void {
  store<f32>(factor, <f32>min<f64>(1, clipNorm / (sqrt(load<f64>(sumSquares)) + 1e-6)));
}

/** norm (f32 cell) = sqrt(sumSquares), an f64 cell. */
export function rootOfCell(sumSquares: usize, norm: usize): void {
  store<f32>(norm, <f32>sqrt(load<f64>(sumSquares)));
}

/** x *= the f32 cell `factor`. */
export function scaleByCell(x: usize, factor: usize, begin: i32, end: i32): void {
  const scale = v128.load32_splat(factor);
  for (let i = begin; i < end; i += 4) {
    const at = x + ((<usize>i) << 2);
    const y = f32x4.mul(v128.load(at), scale);
    if (end - i < 4) {
      storeLast(at, y, end - i);
      break;
    }
    v128.store(at, y);
  }
}
