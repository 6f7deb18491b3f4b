import { demote, promoteHigh } from "../simd/ragged";

/**
 * y = q / |q| and inverse = 1 / |q| for each row of four numbers, both 0 for a zero row. Lengths in f64, so that squares
 * neither overflow nor vanish. The range counts rows.
 */
export function unitQuaternionRows(q: usize, y: usize, inverse: usize, begin: i32, end: i32): void {
  for (let i = begin; i < end; i++) {
    const at = (<usize>i) << 4;
    const row = v128.load(q + at);
    const low = f64x2.promote_low_f32x4(row);
    const high = promoteHigh(row);
    const squares = f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high));
    const sum = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
    const factor = sum == 0 ? 0 : 1 / sqrt(sum);
    store<f32>(inverse + ((<usize>i) << 2), <f32>factor);
    const scale = f64x2.splat(factor);
    v128.store(y + at, demote(f64x2.mul(low, scale), f64x2.mul(high, scale)));
  }
}
