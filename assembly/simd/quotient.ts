// Remainder and floor of a quotient, as Python and NumPy define them: the remainder has the sign of the divisor.
//
// Up to 2^29 the truncated quotient of two floats is exact in double precision, since a fraction of them is at least
// 2^-24 away from the next whole number, and so is its product with the divisor. A larger one takes the slow `%`.
const EXACT: f64 = 536870912;

/** a - b trunc(a / b), exactly. */
function remainder(a: f64, b: f64): f64 {
  if (abs(a) < abs(b)) return a;
  return abs(a) < abs(b) * EXACT ? a - trunc(a / b) * b : a % b;
}

/** a mod b in [0, b) or (b, 0]; NaN for b = 0 and for infinite a. */
function mod(a: f32, b: f32): f32 {
  const r = <f32>remainder(a, b);
  if (r == 0) return copysign<f32>(0, b);
  return r < 0 != b < 0 ? r + b : r;
}

/** floor(a / b) of the exact quotient; a / b for b = 0, NaN for infinite a. */
function floorDivide(a: f32, b: f32): f32 {
  const q = <f64>a / <f64>b;
  if (b == 0) return <f32>q;
  if (abs(a) == Infinity) return NaN;
  if (!(abs(q) < EXACT)) return <f32>floor(q);
  const r = remainder(a, b);
  return <f32>(r != 0 && r < 0 != b < 0 ? trunc(q) - 1 : trunc(q));
}

/** Of integers; 0 for b = 0. */
function modI32(a: i32, b: i32): i32 {
  if (b == 0 || b == -1) return 0; // the machine refuses to divide the smallest integer by -1
  const r = a % b;
  return r != 0 && r < 0 != b < 0 ? r + b : r;
}

/** Of integers; 0 for b = 0. */
function floorDivideI32(a: i32, b: i32): i32 {
  if (b == 0) return 0;
  if (b == -1) return -a;
  const q = a / b;
  return a != q * b && a < 0 != b < 0 ? q - 1 : q;
}

// @ts-ignore: decorator
@inline
export function mod4(a: v128, b: v128): v128 {
  let y = f32x4.splat(mod(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, mod(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, mod(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  y = f32x4.replace_lane(y, 3, mod(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  return y;
}

// @ts-ignore: decorator
@inline
export function floorDivide4(a: v128, b: v128): v128 {
  let y = f32x4.splat(floorDivide(f32x4.extract_lane(a, 0), f32x4.extract_lane(b, 0)));
  y = f32x4.replace_lane(y, 1, floorDivide(f32x4.extract_lane(a, 1), f32x4.extract_lane(b, 1)));
  y = f32x4.replace_lane(y, 2, floorDivide(f32x4.extract_lane(a, 2), f32x4.extract_lane(b, 2)));
  y = f32x4.replace_lane(y, 3, floorDivide(f32x4.extract_lane(a, 3), f32x4.extract_lane(b, 3)));
  return y;
}

// @ts-ignore: decorator
@inline
export function modI32x4(a: v128, b: v128): v128 {
  let y = i32x4.splat(modI32(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
  y = i32x4.replace_lane(y, 1, modI32(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
  y = i32x4.replace_lane(y, 2, modI32(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
  y = i32x4.replace_lane(y, 3, modI32(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  return y;
}

// @ts-ignore: decorator
@inline
export function floorDivideI32x4(a: v128, b: v128): v128 {
  let y = i32x4.splat(floorDivideI32(i32x4.extract_lane(a, 0), i32x4.extract_lane(b, 0)));
  y = i32x4.replace_lane(y, 1, floorDivideI32(i32x4.extract_lane(a, 1), i32x4.extract_lane(b, 1)));
  y = i32x4.replace_lane(y, 2, floorDivideI32(i32x4.extract_lane(a, 2), i32x4.extract_lane(b, 2)));
  y = i32x4.replace_lane(y, 3, floorDivideI32(i32x4.extract_lane(a, 3), i32x4.extract_lane(b, 3)));
  return y;
}
