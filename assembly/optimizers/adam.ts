import { storeLast } from "../simd/ragged";
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
// Behind them, the results of a vector that is not whole.
const MEAN: usize = 128;
const SQUARE: usize = 144;
const MOST: usize = 160;
const NEXT: usize = 176;
const OLD: usize = 192;

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
  // In registers, since the loop would load them again after each of its stores
  const shrink = v128.load(k, SHRINK);
  const decay = v128.load(k, DECAY);
  const beta1 = v128.load(k, BETA1);
  const rest1 = v128.load(k, REST1);
  const beta2 = v128.load(k, BETA2);
  const rest2 = v128.load(k, REST2);
  const epsilon = v128.load(k, EPSILON);
  const rate = v128.load(k, RATE);
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
      v128.store(k, t, OLD);
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
  storeLast(theta + at, v128.load(k, NEXT), left);
  if (keeps) storeLast(gradient + at, v128.load(k, OLD), left);
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
