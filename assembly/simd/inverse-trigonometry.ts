// atan2, and the inverse functions computed from it, on four floats.
//
// t = min(|x|, |y|) / max(|x|, |y|) is in [0, 1]; atan t = t + t^3 P(t^2), P minimax by Lawson's algorithm (relative error
// 2^-28.5). The octant then adds or subtracts multiples of pi/2, whose rounding error is added as PI_LOW.
import { HALF, ONE, polynomial9, withSign4 } from "./lanes";

const P: usize = memory.data<f32>(
  [
    -0.001793623, -0.001793623, -0.001793623, -0.001793623, 0.010914612, 0.010914612, 0.010914612, 0.010914612,
    -0.031177856, -0.031177856, -0.031177856, -0.031177856, 0.057957605, 0.057957605, 0.057957605, 0.057957605,
    -0.08403451, -0.08403451, -0.08403451, -0.08403451, 0.10952186, 0.10952186, 0.10952186, 0.10952186, -0.14264242,
    -0.14264242, -0.14264242, -0.14264242, 0.19998549, 0.19998549, 0.19998549, 0.19998549, -0.333333, -0.333333,
    -0.333333, -0.333333,
  ],
  16,
);
const PI: usize = memory.data<f32>([3.14159274, 3.14159274, 3.14159274, 3.14159274], 16);
const PI_LOW: usize = memory.data<f32>([-8.742278e-8, -8.742278e-8, -8.742278e-8, -8.742278e-8], 16);

/** The angle of the point (x, y). */
function angleOf(y: v128, x: v128): v128 {
  const one = v128.load(ONE);
  const a = f32x4.abs(y);
  const b = f32x4.abs(x);
  const large = f32x4.max(a, b);
  // On a diagonal t is 1 even for two infinities, and 0 for two zeros.
  const diagonal = v128.and(one, f32x4.gt(large, i32x4.splat(0)));
  const t = v128.bitselect(diagonal, f32x4.div(f32x4.min(a, b), large), f32x4.eq(a, b));
  const z = f32x4.mul(t, t);
  const square = f32x4.mul(z, z);
  const p = f32x4.mul(f32x4.mul(t, z), polynomial9(P, z, square, f32x4.mul(z, square)));
  const r = f32x4.add(t, p);
  const half = v128.load(HALF);
  // pi/2 - atan(1/t) above the diagonal, pi - ... on the left
  const steep = f32x4.gt(a, b);
  const base = v128.and(steep, f32x4.mul(v128.load(PI), half));
  const baseLow = v128.and(steep, f32x4.mul(v128.load(PI_LOW), half));
  let angle = v128.bitselect(f32x4.sub(base, f32x4.sub(r, baseLow)), r, steep);
  const left = i32x4.shr_s(x, 31);
  const mirrored = f32x4.sub(v128.load(PI), f32x4.sub(r, v128.load(PI_LOW)));
  const upright = f32x4.add(base, f32x4.add(r, baseLow));
  angle = v128.bitselect(v128.bitselect(upright, mirrored, steep), angle, left);
  return withSign4(angle, y);
}

/** The angle of the point (x, y) in [-pi, pi], with the special cases of IEEE 754: <= 3 ULP. */
// @ts-ignore: decorator
@inline
export function atan2_4(y: v128, x: v128): v128 {
  return angleOf(y, x);
}

/** sqrt(1 - x^2) without cancellation. */
// @ts-ignore: decorator
@inline
function leg(x: v128): v128 {
  const one = v128.load(ONE);
  return f32x4.sqrt(f32x4.mul(f32x4.sub(one, x), f32x4.add(one, x)));
}

/** atan(x): <= 3 ULP. */
// @ts-ignore: decorator
@inline
export function atan4(x: v128): v128 {
  return atan2_4(x, v128.load(ONE));
}

/** asin(x): <= 4 ULP; NaN outside [-1, 1]. */
// @ts-ignore: decorator
@inline
export function asin4(x: v128): v128 {
  return atan2_4(x, leg(x));
}

/** acos(x): <= 4 ULP; NaN outside [-1, 1]. */
// @ts-ignore: decorator
@inline
export function acos4(x: v128): v128 {
  return atan2_4(leg(x), x);
}
