// Filling, selecting and converting.
import { map, mapLight } from "../simd/map";
import { storeLanes, storeLast } from "../simd/ragged";

/** y = c != 0 ? a : b; -0 counts as zero, NaN does not. */
export function select(c: usize, a: usize, b: usize, y: usize, begin: i32, end: i32): void {
  let at = (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    const chosen = f32x4.ne(v128.load(c + at), i32x4.splat(0));
    storeLanes(y + at, v128.bitselect(v128.load(a + at), v128.load(b + at), chosen), left);
    at += 16;
  }
}

// @ts-ignore: decorator
@inline
function fillWith(y: usize, value: v128, begin: i32, end: i32): void {
  y += (<usize>begin) << 2;
  for (let left = end - begin; left > 0; left -= 4) {
    if (left < 4) {
      storeLast(y, value, left);
      break;
    }
    v128.store(y, value);
    y += 16;
  }
}

export function fill(y: usize, value: f32, begin: i32, end: i32): void {
  fillWith(y, f32x4.splat(value), begin, end);
}

export function fillI32(y: usize, value: i32, begin: i32, end: i32): void {
  fillWith(y, i32x4.splat(value), begin, end);
}

/** y[i] = start + i step, rounded once: computed in double precision. */
export function arangeF32(y: usize, start: f32, step: f32, begin: i32, end: i32): void {
  y += (<usize>begin) << 2;
  for (let i = begin; i < end; i++) {
    store<f32>(y, <f32>(<f64>start + <f64>i * <f64>step));
    y += 4;
  }
}

@unmanaged
class ToI32 {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return i32x4.trunc_sat_f32x4_s(x);
  }
}
/** Rounds towards zero; out of range saturates, NaN gives 0. */
export function castF32ToI32(x: usize, y: usize, begin: i32, end: i32): void {
  map<ToI32>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class ToF32 {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.convert_i32x4_s(x);
  }
}
export function castI32ToF32(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<ToF32>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}
