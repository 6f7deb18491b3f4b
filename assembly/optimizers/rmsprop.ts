import { storeLanes } from "../simd/ragged";
import { cell } from "./cells";

/**
 * RMSprop as in PyTorch. hyper: learning rate, decay rho, epsilon, momentum, weight decay.
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
  const rate = f32x4.splat(<f32>cell(hyper, 0));
  const rho = f32x4.splat(<f32>cell(hyper, 1));
  const rest = f32x4.splat(<f32>(1 - cell(hyper, 1)));
  const epsilon = f32x4.splat(<f32>cell(hyper, 2));
  const momentum = f32x4.splat(<f32>cell(hyper, 3));
  const decay = f32x4.splat(<f32>cell(hyper, 4));
  const zero = f32x4.splat(0);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decay, t));
    const s = f32x4.add(f32x4.mul(rho, v128.load(squareAverage + at)), f32x4.mul(rest, f32x4.mul(g, g)));
    storeLanes(squareAverage + at, s, left);
    let variance = s;
    if (average != 0) {
      const a = f32x4.add(f32x4.mul(rho, v128.load(average + at)), f32x4.mul(rest, g));
      storeLanes(average + at, a, left);
      // A constant gradient makes s and a^2 equal up to rounding, and the root of -1e-9 would be NaN.
      variance = f32x4.pmax(f32x4.sub(s, f32x4.mul(a, a)), zero);
    }
    let step = f32x4.div(g, f32x4.add(f32x4.sqrt(variance), epsilon));
    if (momentumBuffer != 0) {
      step = f32x4.add(f32x4.mul(momentum, v128.load(momentumBuffer + at)), step);
      storeLanes(momentumBuffer + at, step, left);
    }
    storeLanes(theta + at, f32x4.sub(t, f32x4.mul(rate, step)), left);
  }
}
