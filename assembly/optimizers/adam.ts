import { storeLanesInline } from "../simd/ragged";
import { workspace } from "../workspace";
import { AdamCells, keepsOld, putCoefficient } from "./cells";

// Byte offsets of the coefficients in the table.
const SHRINK: usize = 0;
const DECAY: usize = 16;
const BETA1: usize = 32;
const REST1: usize = 48;
const BETA2: usize = 64;
const REST2: usize = 80;
const EPSILON: usize = 96;
const RATE: usize = 112;

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
  putCoefficients(k, changetype<AdamCells>(hyper));
  const keeps = keepsOld(hyper);
  for (let i = begin; i < end; i += 4) {
    const at = (<usize>i) << 2;
    const left = end - i;
    const t = v128.load(theta + at);
    const g = f32x4.add(v128.load(gradient + at), f32x4.mul(t, v128.load(k, DECAY)));
    const oldMean = f32x4.mul(v128.load(m + at), v128.load(k, BETA1));
    const mean = f32x4.add(oldMean, f32x4.mul(g, v128.load(k, REST1)));
    const oldSquare = f32x4.mul(v128.load(v + at), v128.load(k, BETA2));
    let square = f32x4.add(oldSquare, f32x4.mul(f32x4.mul(g, g), v128.load(k, REST2)));
    storeLanesInline(m + at, mean, left);
    storeLanesInline(v + at, square, left);
    if (vMax != 0) {
      square = f32x4.max(v128.load(vMax + at), square);
      storeLanesInline(vMax + at, square, left);
    }
    const root = f32x4.add(f32x4.sqrt(square), v128.load(k, EPSILON));
    const step = f32x4.div(f32x4.mul(mean, v128.load(k, RATE)), root);
    storeLanesInline(theta + at, f32x4.sub(f32x4.mul(t, v128.load(k, SHRINK)), step), left);
    if (keeps) storeLanesInline(gradient + at, t, left);
  }
}

/**
 * Derived in f64 and rounded once. One path for both kinds of decay: the factor that is not in use is 1 or 0. The
 * root's sqrt(1 - beta2^t) multiplies rate and epsilon instead, which is the same and saves the loop one product.
 */
function putCoefficients(k: usize, cells: AdamCells): void {
  const rate = cells.learningRate;
  const beta1 = cells.beta1;
  const beta2 = cells.beta2;
  const decay = cells.weightDecay;
  const decoupled = cells.decoupled != 0;
  const unbias = sqrt(1 - cells.power2);
  putCoefficient(k, SHRINK, decoupled ? 1 - rate * decay : 1);
  putCoefficient(k, DECAY, decoupled ? 0 : decay);
  putCoefficient(k, BETA1, beta1);
  putCoefficient(k, REST1, 1 - beta1);
  putCoefficient(k, BETA2, beta2);
  putCoefficient(k, REST2, 1 - beta2);
  putCoefficient(k, EPSILON, cells.epsilon * unbias);
  putCoefficient(k, RATE, (rate * unbias) / (1 - cells.power1));
}
