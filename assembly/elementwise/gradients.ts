// Gradient maps: dx[i] = dy[i] f'(.), one pass; v is the saved input x or output y of f. In place allowed.
import { exp4, sigmoid4 } from "../simd/exp";
import { ONE, SIGN_BIT, withSign4 } from "../simd/lanes";
import { map2, map2Light } from "../simd/map";
import { TAIL_HIGHEST, gaussian4, scaledTail4 } from "../simd/normal";
import { EXP_LOWEST, tanhGeluArgument, tanhGeluSlope } from "./gelu";

const INVERSE_SQRT_TWO_PI: usize = memory.data<f32>([0.3989422804, 0.3989422804, 0.3989422804, 0.3989422804], 16);

// @ts-ignore: decorator
@inline
function gradient<F>(dy: usize, v: usize, dx: usize, p: v128, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  map2<F>(dy + start, v + start, dx + start, p, 16, 16, end - begin);
}

// @ts-ignore: decorator
@inline
function lightGradient<F>(dy: usize, v: usize, dx: usize, p: v128, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  map2Light<F>(dy + start, v + start, dx + start, p, 16, 16, end - begin);
}

@unmanaged
class Sigmoid {
  @inline of(dy: v128, y: v128, _p: v128): v128 {
    return f32x4.mul(dy, f32x4.mul(y, f32x4.sub(v128.load(ONE), y)));
  }
}
/** dy y (1 - y) */
export function sigmoidGradient(dy: usize, y: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<Sigmoid>(dy, y, dx, i32x4.splat(0), begin, end);
}

@unmanaged
class Tanh {
  @inline of(dy: v128, y: v128, _p: v128): v128 {
    const one = v128.load(ONE);
    return f32x4.mul(dy, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
  }
}
/** dy (1 - y) (1 + y) */
export function tanhGradient(dy: usize, y: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<Tanh>(dy, y, dx, i32x4.splat(0), begin, end);
}

@unmanaged
class Relu {
  @inline of(dy: v128, v: v128, _p: v128): v128 {
    return v128.and(dy, f32x4.gt(v, i32x4.splat(0)));
  }
}
/** v > 0 ? dy : 0, v the input or the output */
export function reluGradient(dy: usize, v: usize, dx: usize, begin: i32, end: i32): void {
  lightGradient<Relu>(dy, v, dx, i32x4.splat(0), begin, end);
}

@unmanaged
class LeakyRelu {
  @inline of(dy: v128, v: v128, slope: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.gt(v, i32x4.splat(0)));
  }
}
/** v > 0 ? dy : slope dy, v the input or (slope > 0) the output */
export function leakyReluGradient(dy: usize, v: usize, dx: usize, slope: f32, begin: i32, end: i32): void {
  lightGradient<LeakyRelu>(dy, v, dx, f32x4.splat(slope), begin, end);
}

@unmanaged
class Elu {
  @inline of(dy: v128, x: v128, alpha: v128): v128 {
    return v128.bitselect(dy, f32x4.mul(dy, f32x4.mul(alpha, exp4(x))), f32x4.gt(x, i32x4.splat(0)));
  }
}
/** x > 0 ? dy : dy alpha exp(x) */
export function eluGradient(dy: usize, x: usize, dx: usize, alpha: f32, begin: i32, end: i32): void {
  gradient<Elu>(dy, x, dx, f32x4.splat(alpha), begin, end);
}

@unmanaged
class Softplus {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    return f32x4.mul(dy, sigmoid4(x));
  }
}
/** dy sigmoid(x) */
export function softplusGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<Softplus>(dy, x, dx, i32x4.splat(0), begin, end);
}

@unmanaged
class Gelu {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    const a = f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST));
    const gaussian = gaussian4(a);
    const tail = f32x4.mul(gaussian, scaledTail4(a));
    const upper = f32x4.sub(v128.load(ONE), tail);
    const phi = v128.bitselect(tail, upper, f32x4.lt(x, i32x4.splat(0)));
    const density = f32x4.mul(gaussian, v128.load(INVERSE_SQRT_TWO_PI));
    return f32x4.mul(dy, f32x4.add(phi, f32x4.mul(withSign4(a, x), density)));
  }
}
/** dy (Phi(x) + x phi(x)) */
export function geluGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<Gelu>(dy, x, dx, i32x4.splat(0), begin, end);
}

/** s + x z' s (1 - s) for s = sigmoid(z), given e = exp(-|z|): s (1 - s) = e / (1 + e)^2 without cancellation. */
// @ts-ignore: decorator
@inline
function gatedSlope(e: v128, negative: v128, xSlope: v128): v128 {
  const one = v128.load(ONE);
  const d = f32x4.div(one, f32x4.add(one, e));
  const ed = f32x4.mul(e, d);
  return f32x4.add(v128.bitselect(ed, d, negative), f32x4.mul(xSlope, f32x4.mul(ed, d)));
}

@unmanaged
class Silu {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    const negated = f32x4.pmax(v128.or(x, v128.load(SIGN_BIT)), v128.load(EXP_LOWEST)); // -|x|
    const bounded = withSign4(f32x4.neg(negated), x);
    return f32x4.mul(dy, gatedSlope(exp4(negated), f32x4.lt(x, i32x4.splat(0)), bounded));
  }
}
/** dy (s + x s (1 - s)), s = sigmoid(x) */
export function siluGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<Silu>(dy, x, dx, i32x4.splat(0), begin, end);
}

@unmanaged
class GeluTanh {
  @inline of(dy: v128, x: v128, _p: v128): v128 {
    const a = f32x4.pmin(f32x4.abs(x), v128.load(TAIL_HIGHEST));
    const e = exp4(f32x4.neg(tanhGeluArgument(a)));
    const xSlope = f32x4.mul(withSign4(a, x), tanhGeluSlope(a));
    return f32x4.mul(dy, gatedSlope(e, f32x4.lt(x, i32x4.splat(0)), xSlope));
  }
}
/** dy (s + x (2u)' s (1 - s)), s = sigmoid(2u) */
export function geluTanhGradient(dy: usize, x: usize, dx: usize, begin: i32, end: i32): void {
  gradient<GeluTanh>(dy, x, dx, i32x4.splat(0), begin, end);
}
