import { storeLanes } from "../simd/ragged";
import { cell } from "./cells";

/**
 * Adam, AdamW (decoupled) and AMSGrad (vMax != 0) as in PyTorch. hyper: learning rate, beta1, beta2, epsilon,
 * weight decay, decoupled (0 or 1), beta1^t, beta2^t (already advanced to this step: adamAdvance).
 * decoupled ? theta *= 1 - rate decay : g += decay theta; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * theta -= rate / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + epsilon).
 */
export function adamUpdate(
  theta: usize,
  gradient: usize,
  m: usize,
  v: usize,
  vMax: usize,
  hyper: usize,
  begin: i32,
  end: i32,
): void {
  const weightDecay = cell(hyper, 4);
  const decoupled = cell(hyper, 5) != 0;
  // One path for both kinds of decay: the factor that is not in use is 1 or 0.
  const shrink = f32x4.splat(decoupled ? <f32>(1 - cell(hyper, 0) * weightDecay) : 1);
  const decay = f32x4.splat(decoupled ? 0 : <f32>weightDecay);
  const beta1 = f32x4.splat(<f32>cell(hyper, 1));
  const rest1 = f32x4.splat(<f32>(1 - cell(hyper, 1)));
  const beta2 = f32x4.splat(<f32>cell(hyper, 2));
  const rest2 = f32x4.splat(<f32>(1 - cell(hyper, 2)));
  const epsilon = f32x4.splat(<f32>cell(hyper, 3));
  const rate = f32x4.splat(<f32>(cell(hyper, 0) / (1 - cell(hyper, 6))));
  const unbias = f32x4.splat(<f32>(1 / sqrt(1 - cell(hyper, 7))));
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(decay, t));
    const mean = f32x4.add(f32x4.mul(beta1, v128.load(m + at)), f32x4.mul(rest1, g));
    let square = f32x4.add(f32x4.mul(beta2, v128.load(v + at)), f32x4.mul(rest2, f32x4.mul(g, g)));
    storeLanes(m + at, mean, left);
    storeLanes(v + at, square, left);
    if (vMax != 0) {
      square = f32x4.max(v128.load(vMax + at), square);
      storeLanes(vMax + at, square, left);
    }
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(square), unbias), epsilon);
    const step = f32x4.div(f32x4.mul(rate, mean), root);
    storeLanes(theta + at, f32x4.sub(f32x4.mul(t, shrink), step), left);
  }
}
