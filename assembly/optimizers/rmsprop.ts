import { storeLanes } from "../simd/ragged";
import { workspace } from "../workspace";
import { keepsOld, putCoefficient, RmspropCells } from "./cells";

// Byte offsets of the coefficients in the table.
const RATE: usize = 0;
const RHO: usize = 16;
const REST: usize = 32;
const EPSILON: usize = 48;
const MOMENTUM: usize = 64;
const DECAY: usize = 80;

/**
 * RMSprop as in PyTorch. hyper: RmspropCells, whose decay is rho below.
 * g += weightDecay theta; s = rho s + (1 - rho) g^2; centred (average != 0): a = rho a + (1 - rho) g and the
 * denominator is sqrt(s - a^2) + epsilon, else sqrt(s) + epsilon; b = momentum b + g / denominator; theta -= rate b.
 * With momentumBuffer = 0 (no momentum): theta -= rate g / denominator.
 */
export function rmspropUpdate(
  theta: usize,
  gradient: usize,
  squareAverage: usize,
  average: usize,
  momentumBuffer: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  const k = workspace;
  const cells = changetype<RmspropCells>(hyper);
  putCoefficient(k, RATE, cells.learningRate);
  putCoefficient(k, RHO, cells.decay);
  putCoefficient(k, REST, 1 - cells.decay);
  putCoefficient(k, EPSILON, cells.epsilon);
  putCoefficient(k, MOMENTUM, cells.momentum);
  putCoefficient(k, DECAY, cells.weightDecay);
  const keeps = keepsOld(hyper);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(t, v128.load(k, DECAY)));
    const oldSquare = f32x4.mul(v128.load(squareAverage + at), v128.load(k, RHO));
    let variance = f32x4.add(oldSquare, f32x4.mul(f32x4.mul(g, g), v128.load(k, REST)));
    storeLanes(squareAverage + at, variance, left);
    if (average != 0) {
      const oldMean = f32x4.mul(v128.load(average + at), v128.load(k, RHO));
      const mean = f32x4.add(oldMean, f32x4.mul(g, v128.load(k, REST)));
      storeLanes(average + at, mean, left);
      // A constant gradient makes s and a^2 equal up to rounding, and the root of -1e-9 would be NaN.
      variance = f32x4.pmax(f32x4.sub(variance, f32x4.mul(mean, mean)), i32x4.splat(0));
    }
    let step = f32x4.div(g, f32x4.add(f32x4.sqrt(variance), v128.load(k, EPSILON)));
    if (momentumBuffer != 0) {
      step = f32x4.add(f32x4.mul(v128.load(momentumBuffer + at), v128.load(k, MOMENTUM)), step);
      storeLanes(momentumBuffer + at, step, left);
    }
    storeLanes(theta + at, f32x4.sub(t, f32x4.mul(step, v128.load(k, RATE))), left);
    if (keeps) storeLanes(gradient + at, t, left);
  }
}
