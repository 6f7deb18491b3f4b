// What the GELU and SiLU maps share with their gradients.
import { multiplyAdd4 } from "../simd/lanes";

/** exp vanishes here. */
export const EXP_LOWEST: usize = memory.data<f32>([-104, -104, -104, -104], 16);
// 2 sqrt(2/pi) and 2 sqrt(2/pi) 0.044715.
const LINEAR: usize = memory.data<f32>([1.5957691216, 1.5957691216, 1.5957691216, 1.5957691216], 16);
const CUBIC: usize = memory.data<f32>([0.0713548163, 0.0713548163, 0.0713548163, 0.0713548163], 16);
const THREE: usize = memory.data<f32>([3, 3, 3, 3], 16);

/** 2u = 2 sqrt(2/pi) (x + 0.044715 x^3) */
// @ts-ignore: decorator
@inline
export function tanhGeluArgument(x: v128): v128 {
  return f32x4.mul(x, multiplyAdd4(f32x4.mul(x, x), v128.load(CUBIC), v128.load(LINEAR)));
}

/** d(2u)/dx */
// @ts-ignore: decorator
@inline
export function tanhGeluSlope(x: v128): v128 {
  return multiplyAdd4(f32x4.mul(f32x4.mul(x, x), v128.load(THREE)), v128.load(CUBIC), v128.load(LINEAR));
}
