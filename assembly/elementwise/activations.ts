// Activations: y[i] = f(x[i]), in place allowed. NaN stays NaN everywhere; the limits at -Inf are those of the function
// (0 for gelu and silu), not the NaN of 0 * Inf.
import { expm1_4, sigmoid4 } from "../simd/exp";
import { ONE, multiplyAdd4, withSign4 } from "../simd/lanes";
import { map, mapLight } from "../simd/map";
import { TAIL_HIGHEST, gaussian4, scaledTail4 } from "../simd/normal";
import { EXP_LOWEST, tanhGeluArgument } from "./gelu";

// pmax and pmin keep a NaN in their first operand.
@unmanaged
class Relu {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.pmax(x, i32x4.splat(0));
  }
}
export function reluMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Relu>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class LeakyRelu {
  @inline of(x: v128, slope: v128, _q: v128): v128 {
    return v128.bitselect(x, f32x4.mul(x, slope), f32x4.gt(x, i32x4.splat(0)));
  }
}
export function leakyReluMap(x: usize, y: usize, slope: f32, begin: i32, end: i32): void {
  mapLight<LeakyRelu>(x, y, f32x4.splat(slope), i32x4.splat(0), begin, end);
}

@unmanaged
class Elu {
  @inline of(x: v128, alpha: v128, _q: v128): v128 {
    return v128.bitselect(x, f32x4.mul(alpha, expm1_4(x)), f32x4.gt(x, i32x4.splat(0)));
  }
}
export function eluMap(x: usize, y: usize, alpha: f32, begin: i32, end: i32): void {
  map<Elu>(x, y, f32x4.splat(alpha), i32x4.splat(0), begin, end);
}

@unmanaged
class Clip {
  @inline of(x: v128, lower: v128, upper: v128): v128 {
    return f32x4.pmin(f32x4.pmax(x, lower), upper);
  }
}
export function clipMap(x: usize, y: usize, lower: f32, upper: f32, begin: i32, end: i32): void {
  mapLight<Clip>(x, y, f32x4.splat(lower), f32x4.splat(upper), begin, end);
}

@unmanaged
class Scale {
  @inline of(x: v128, factor: v128, offset: v128): v128 {
    return multiplyAdd4(x, factor, offset);
  }
}
/** y = x * factor + offset */
export function scaleMap(x: usize, y: usize, factor: f32, offset: f32, begin: i32, end: i32): void {
  mapLight<Scale>(x, y, f32x4.splat(factor), f32x4.splat(offset), begin, end);
}

@unmanaged
class Silu {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.mul(f32x4.pmax(x, v128.load(EXP_LOWEST)), sigmoid4(x));
  }
}
/** x sigmoid(x) */
export function siluMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Silu>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

// x Phi(x) with Phi(x) = Q(|x|) for x < 0 and 1 - Q(|x|) else: no cancellation in either tail.
@unmanaged
class Gelu {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    const highest = v128.load(TAIL_HIGHEST);
    const a = f32x4.pmin(f32x4.abs(x), highest);
    const tail = f32x4.mul(gaussian4(a), scaledTail4(a));
    const upper = f32x4.sub(v128.load(ONE), tail);
    const phi = v128.bitselect(tail, upper, f32x4.lt(x, i32x4.splat(0)));
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(highest)), phi);
  }
}
/** x (1 + erf(x / sqrt(2))) / 2 */
export function geluMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Gelu>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

// (1 + tanh(u)) / 2 = sigmoid(2u).
@unmanaged
class GeluTanh {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    const highest = v128.load(TAIL_HIGHEST);
    const a = f32x4.pmin(f32x4.abs(x), highest);
    const u = withSign4(tanhGeluArgument(a), x);
    return f32x4.mul(f32x4.pmax(x, f32x4.neg(highest)), sigmoid4(u));
  }
}
/** x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))) / 2 */
export function geluTanhMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<GeluTanh>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}
