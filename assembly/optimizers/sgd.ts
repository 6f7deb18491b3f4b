import { storeLanesInline } from "../simd/ragged";
import { keepsOld, SgdCells } from "./cells";

/**
 * Stochastic gradient descent as in PyTorch. hyper: SgdCells.
 * g += decay theta; v = momentum v + g; theta -= rate (nesterov ? g + momentum v : v).
 * With velocity = 0 (no momentum): theta -= rate g.
 */
export function sgdUpdate(theta: usize, gradient: usize, velocity: usize, hyper: usize, begin: i32, end: i32): void {
  const cells = changetype<SgdCells>(hyper);
  const rate = f32x4.splat(<f32>cells.learningRate);
  const momentum = f32x4.splat(<f32>cells.momentum);
  const nesterov = i32x4.splat(cells.nesterov != 0 ? -1 : 0); // a mask, since a branch for each vector is slow
  const decay = f32x4.splat(<f32>cells.weightDecay);
  const keeps = keepsOld(hyper);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decay, t));
    let step = g;
    if (velocity != 0) {
      const v = f32x4.add(f32x4.mul(momentum, v128.load(velocity + at)), g);
      storeLanesInline(velocity + at, v, end - i);
      step = v128.bitselect(f32x4.add(g, f32x4.mul(momentum, v)), v, nesterov);
    }
    storeLanesInline(theta + at, f32x4.sub(t, f32x4.mul(rate, step)), end - i);
    if (keeps) storeLanesInline(gradient + at, t, end - i);
  }
}
