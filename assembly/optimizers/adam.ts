import { storeLast } from "../simd/ragged";
import { workspace } from "../workspace";
import { AdamCells, keepsOld } from "./cells";

// Results of a vector that is not whole, in the workspace.
const MEAN: usize = 0;
const SQUARE: usize = 16;
const MOST: usize = 32;
const NEXT: usize = 48;

/** A number rounded once, in all lanes; by way of memory, since engines would else compute it in every round of the loop. */
function lanes(value: f64): v128 {
  v128.store(workspace, f32x4.splat(<f32>value));
  return v128.load(workspace);
}

/**
 * Adam, AdamW (decoupled) and AMSGrad (vMax != 0) as in PyTorch. hyper: AdamCells, which adamAdvance has brought to
 * this step.
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
  const k = workspace;
  const keeps = keepsOld(hyper);
  // The coefficients are derived in f64 and stay in registers. One path for both kinds of decay: the factor that is not in
  // use is 1 or 0. The root's sqrt(1 - beta2^t) multiplies rate and epsilon instead, which is the same and saves the
  // loop one product.
  const cells = changetype<AdamCells>(hyper);
  const decoupled = cells.decoupled != 0;
  const unbias = sqrt(1 - cells.power2);
  const shrink = lanes(decoupled ? 1 - cells.learningRate * cells.weightDecay : 1);
  const decay = lanes(decoupled ? 0 : cells.weightDecay);
  const beta1 = lanes(cells.beta1);
  const rest1 = lanes(1 - cells.beta1);
  const beta2 = lanes(cells.beta2);
  const rest2 = lanes(1 - cells.beta2);
  const epsilon = lanes(cells.epsilon * unbias);
  const rate = lanes((cells.learningRate * unbias) / (1 - cells.power1));
  let i = begin;
  for (; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(t, decay));
    const mean = f32x4.add(f32x4.mul(v128.load(m + at), beta1), f32x4.mul(g, rest1));
    const square = f32x4.add(f32x4.mul(v128.load(v + at), beta2), f32x4.mul(f32x4.mul(g, g), rest2));
    let most = square;
    if (vMax != 0) most = f32x4.max(v128.load(vMax + at), square);
    const root = f32x4.add(f32x4.sqrt(most), epsilon);
    const next = f32x4.sub(f32x4.mul(t, shrink), f32x4.div(f32x4.mul(mean, rate), root));
    if (end - i < 4) {
      // Calls come after the loop: for calls here the engine would keep the values of every round in memory
      v128.store(k, mean, MEAN);
      v128.store(k, square, SQUARE);
      v128.store(k, most, MOST);
      v128.store(k, next, NEXT);
      break;
    }
    v128.store(m + at, mean);
    v128.store(v + at, square);
    if (vMax != 0) v128.store(vMax + at, most);
    v128.store(theta + at, next);
    if (keeps) v128.store(gradient + at, t);
  }
  const left = end - i;
  if (left <= 0) return;
  const at = (<usize>i) << 2;
  storeLast(m + at, v128.load(k, MEAN), left);
  storeLast(v + at, v128.load(k, SQUARE), left);
  if (vMax != 0) storeLast(vMax + at, v128.load(k, MOST), left);
  if (keeps) storeLast(gradient + at, v128.load(theta + at), left);
  storeLast(theta + at, v128.load(k, NEXT), left);
}
