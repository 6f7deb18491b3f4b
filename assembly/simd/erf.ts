// The error function on four floats. It has a file of its own because the constants of a file are in every module that
// uses anything of the file.
import { expm1Moderate4 } from "./exp";
import { polynomial9, withSign4 } from "./lanes";

// log(erfc(x)) = x (C0 + C(x)) on [0, 3.95], beyond which erf is 1. Minimax (Remez) for the relative error
// of erf, 2^-27; the constant term is split, its high part is C0 = -2/sqrt(pi).
const ERF_C0: usize = memory.data<f32>([-1.1283792, -1.1283792, -1.1283792, -1.1283792], 16);
const ERF_C: usize = memory.data<f32>(
  [
    9.299564e-6, 9.299564e-6, 9.299564e-6, 9.299564e-6, -0.00011803035, -0.00011803035, -0.00011803035, -0.00011803035,
    0.0006342188, 0.0006342188, 0.0006342188, 0.0006342188, -0.0016695013, -0.0016695013, -0.0016695013, -0.0016695013,
    0.00016274396, 0.00016274396, 0.00016274396, 0.00016274396, 0.01915194, 0.01915194, 0.01915194, 0.01915194,
    -0.10277761, -0.10277761, -0.10277761, -0.10277761, -0.6366194, -0.6366194, -0.6366194, -0.6366194, 5.4081923e-8,
    5.4081923e-8, 5.4081923e-8, 5.4081923e-8,
  ],
  16,
);
const ERF_HIGHEST: usize = memory.data<f32>([3.95, 3.95, 3.95, 3.95], 16);

/** erf(x) = -expm1(log(erfc(|x|))) with the sign of x: one path, relatively exact near 0 as well. */
// @ts-ignore: decorator
@inline
export function erf4(x: v128): v128 {
  const a = f32x4.pmin(f32x4.abs(x), v128.load(ERF_HIGHEST));
  const square = f32x4.mul(a, a);
  const c = polynomial9(ERF_C, a, square, f32x4.mul(a, square));
  const logTail = f32x4.add(f32x4.mul(a, v128.load(ERF_C0)), f32x4.mul(a, c));
  return withSign4(f32x4.abs(expm1Moderate4(logTail)), x);
}
