// One-operand maps without parameters: y[i] = f(x[i]), in place allowed.
import { ONE, SIGN_BIT } from "../simd/lanes";
import { map, mapLight } from "../simd/map";
import { erf4 } from "../simd/erf";
import { expm1_4 } from "../simd/exp";
import { log1p4 } from "../simd/log";
import { cos4, sin4 } from "../simd/trigonometry";

@unmanaged
class Neg {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.neg(x);
  }
}
export function negMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Neg>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Abs {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.abs(x);
  }
}
export function absMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Abs>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Sign {
  @inline of(x: v128, zero: v128, _q: v128): v128 {
    // +-1 with the sign of x; zeros and NaN stay as they are.
    const unit = v128.or(v128.and(x, v128.load(SIGN_BIT)), v128.load(ONE));
    return v128.bitselect(unit, x, f32x4.gt(f32x4.abs(x), zero));
  }
}
export function signMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Sign>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Floor {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.floor(x);
  }
}
export function floorMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Floor>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Square {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.mul(x, x);
  }
}
export function squareMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Square>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Sqrt {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.sqrt(x);
  }
}
export function sqrtMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Sqrt>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Reciprocal {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.div(v128.load(ONE), x);
  }
}
export function reciprocalMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Reciprocal>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Expm1 {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return expm1_4(x);
  }
}
export function expm1Map(x: usize, y: usize, begin: i32, end: i32): void {
  map<Expm1>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Log1p {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return log1p4(x);
  }
}
export function log1pMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Log1p>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Erf {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return erf4(x);
  }
}
export function erfMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Erf>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Sin {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return sin4(x);
  }
}
export function sinMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Sin>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Cos {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return cos4(x);
  }
}
export function cosMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Cos>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}
