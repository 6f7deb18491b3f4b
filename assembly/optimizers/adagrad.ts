import { storeLanes } from "../simd/ragged";
import { AdagradCells, keepsOld } from "./cells";

/**
 * Adagrad as in PyTorch. hyper: AdagradCells.
 * g += decay theta; s += g^2; theta -= rate g / (sqrt(s) + epsilon).
 */
export function adagradUpdate(
  theta: usize,
  gradient: usize,
  accumulator: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  const cells = changetype<AdagradCells>(hyper);
  const rate = f32x4.splat(<f32>cells.learningRate);
  const epsilon = f32x4.splat(<f32>cells.epsilon);
  const decay = f32x4.splat(<f32>cells.weightDecay);
  const keeps = keepsOld(hyper);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decay, t));
    const s = f32x4.add(v128.load(accumulator + at), f32x4.mul(g, g));
    storeLanes(accumulator + at, s, end - i);
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(s), epsilon));
    storeLanes(theta + at, f32x4.sub(t, step), end - i);
    if (keeps) storeLanes(gradient + at, t, end - i);
  }
}
