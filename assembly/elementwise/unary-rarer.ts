// Maps of the group `math` that no derivative rule of training needs.
import { exp2_4, log2_4 } from "../simd/base-two";
import { cosh4, sinh4 } from "../simd/hyperbolic";
import { acos4, asin4, atan4 } from "../simd/inverse-trigonometry";
import { ONE } from "../simd/lanes";
import { map, mapLight } from "../simd/map";

@unmanaged
class Ceil {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.ceil(x);
  }
}
export function ceilMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Ceil>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Round {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.nearest(x);
  }
}
export function roundMap(x: usize, y: usize, begin: i32, end: i32): void {
  mapLight<Round>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Rsqrt {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return f32x4.div(v128.load(ONE), f32x4.sqrt(x));
  }
}
export function rsqrtMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Rsqrt>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Exp2 {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return exp2_4(x);
  }
}
export function exp2Map(x: usize, y: usize, begin: i32, end: i32): void {
  map<Exp2>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Log2 {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return log2_4(x);
  }
}
export function log2Map(x: usize, y: usize, begin: i32, end: i32): void {
  map<Log2>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Asin {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return asin4(x);
  }
}
export function asinMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Asin>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Acos {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return acos4(x);
  }
}
export function acosMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Acos>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Atan {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return atan4(x);
  }
}
export function atanMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Atan>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Sinh {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return sinh4(x);
  }
}
export function sinhMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Sinh>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}

@unmanaged
class Cosh {
  @inline of(x: v128, _p: v128, _q: v128): v128 {
    return cosh4(x);
  }
}
export function coshMap(x: usize, y: usize, begin: i32, end: i32): void {
  map<Cosh>(x, y, i32x4.splat(0), i32x4.splat(0), begin, end);
}
