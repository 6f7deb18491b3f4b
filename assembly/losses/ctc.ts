// Connectionist temporal classification (Graves et al. 2006): -log of the probability that the classes of the steps are
// the labels, when equal neighbours count once and blanks are dropped. The states of a sequence are its labels with a
// blank before, between and behind them; alpha_t(s) is the probability of the first steps to t that end in state s,
// beta_t(s) that of the steps after t from there. With y = softmax(z): dz_t(k) = y_t(k) - sum of alpha beta / p over the
// states of class k.
import { ONE, ZERO, exponential, logarithm, narrow, scaled, share, sumTimes } from "./wide";

/** Number of labels in a row, which ends at its width, a blank or -1; -1 for a row of others. */
function labelsIn(labels: usize, width: i32, blank: i32, classes: i32): i32 {
  let count = 0;
  let ended = false;
  for (let i = 0; i < width; i++) {
    const label = load<i32>(labels + ((<usize>i) << 2));
    if (label == -1 || label == blank) {
      ended = true;
      continue;
    }
    if (ended || <u32>label >= <u32>classes) return -1;
    count++;
  }
  return count;
}

/** softmax(z) of one step as wide numbers. Returns whether the logits allow it. */
function probabilities(z: usize, y: usize, classes: i32): bool {
  let largest: f32 = -Infinity;
  for (let k = 0; k < classes; k++) largest = max(largest, load<f32>(z + ((<usize>k) << 2)));
  let total: f64 = 0;
  for (let k = 0; k < classes; k++) {
    const e = exponential(<f64>load<f32>(z + ((<usize>k) << 2)) - <f64>largest);
    store<i64>(y + ((<usize>k) << 3), e);
    total += narrow(e);
  }
  // The largest logit is NaN if one is.
  if (!(largest - largest == 0)) return false;
  for (let k = 0; k < classes; k++) {
    const at = y + ((<usize>k) << 3);
    store<i64>(at, scaled(load<i64>(at), 1 / total));
  }
  return true;
}

// @ts-ignore: decorator
@inline
function classOf(state: i32, labels: usize, blank: i32): i32 {
  return (state & 1) == 0 ? blank : load<i32>(labels + ((<usize>(state >> 1)) << 2));
}

/** Whether a state may follow the last but one before it, and so leave out the blank between them. */
// @ts-ignore: decorator
@inline
function skips(state: i32, labels: usize, blank: i32): bool {
  return (state & 1) == 1 && state > 1 && classOf(state, labels, blank) != classOf(state - 2, labels, blank);
}

// @ts-ignore: decorator
@inline
function cell(cells: usize, i: i32): i64 {
  return load<i64>(cells + ((<usize>i) << 3));
}

/** alpha of a step from that of the step before, 0 for the first; both may be the same memory. */
function forwardStep(before: usize, alpha: usize, y: usize, states: i32, labels: usize, blank: i32): void {
  for (let s = states - 1; s >= 0; s--) {
    const stay = before != 0 ? cell(before, s) : s < 2 ? ONE : ZERO;
    const next = before != 0 && s > 0 ? cell(before, s - 1) : ZERO;
    const skip = before != 0 && skips(s, labels, blank) ? cell(before, s - 2) : ZERO;
    store<i64>(alpha + ((<usize>s) << 3), sumTimes(stay, next, skip, cell(y, classOf(s, labels, blank))));
  }
}

/** dz of a step; `beta` holds beta y of the step after, and becomes that of this one. */
function backwardStep(
  alpha: usize,
  beta: usize,
  y: usize,
  sums: usize,
  p: i64,
  states: i32,
  labels: usize,
  blank: i32,
  isLast: bool,
): void {
  for (let s = 0; s < states; s++) {
    const at = beta + ((<usize>s) << 3);
    const own = isLast ? (s >= states - 2 ? ONE : ZERO) : load<i64>(at);
    const next = !isLast && s + 1 < states ? load<i64>(at, 8) : ZERO;
    const skip = !isLast && s + 2 < states && skips(s + 2, labels, blank) ? load<i64>(at, 16) : ZERO;
    const rest = sumTimes(own, next, skip, ONE);
    const k = classOf(s, labels, blank);
    const sum = sums + ((<usize>k) << 3);
    store<f64>(sum, load<f64>(sum) + share(cell(alpha, s), rest, p));
    store<i64>(at, sumTimes(rest, ZERO, ZERO, cell(y, k)));
  }
}

/** The gradient of all steps, from alpha of each. */
function backward(
  z: usize,
  dz: usize,
  alpha: usize,
  beta: usize,
  y: usize,
  sums: usize,
  p: i64,
  length: i32,
  states: i32,
  labels: usize,
  blank: i32,
  classes: i32,
  scale: f64,
): void {
  const row = (<usize>classes) << 2;
  const line = (<usize>states) << 3;
  for (let t = length - 1; t >= 0; t--) {
    probabilities(z + <usize>t * row, y, classes);
    memory.fill(sums, 0, (<usize>classes) << 3);
    backwardStep(alpha + <usize>t * line, beta, y, sums, p, states, labels, blank, t == length - 1);
    for (let k = 0; k < classes; k++) {
      const d = scale * (narrow(cell(y, k)) - load<f64>(sums + ((<usize>k) << 3)));
      store<f32>(dz + <usize>t * row + ((<usize>k) << 2), <f32>d);
    }
  }
}

function fillRow(at: usize, value: f32, count: i32): void {
  for (let i = 0; i < count; i++) store<f32>(at + ((<usize>i) << 2), value);
}

/** alpha of the steps, `line` bytes apart. Returns the address of the last one, 0 if a step has logits without a softmax. */
function forward(
  z: usize,
  alpha: usize,
  line: usize,
  y: usize,
  length: i32,
  states: i32,
  labels: usize,
  blank: i32,
  classes: i32,
): usize {
  let at: usize = 0;
  for (let t = 0; t < length; t++) {
    if (!probabilities(z + ((<usize>(t * classes)) << 2), y, classes)) return 0;
    const now = alpha + <usize>t * line;
    forwardStep(at, now, y, states, labels, blank);
    at = now;
  }
  return at;
}

/**
 * loss[b] of z [B, steps, classes], over lengths[b] steps if there are lengths, and its gradient dz, if not 0. labels: i32
 * [B, width], padded at the end with -1 or blank. A row of other labels makes loss and gradient NaN; labels that do not
 * fit into the steps make the loss Infinity and the gradient NaN, or both 0 with zeroInfinity. weights [B], or 0: where
 * one is 0, loss and gradient are 0 instead of NaN and Infinity. perLabel: both are divided by the number of labels, at
 * least 1. scratch: for each sequence `stride` cells of 8 bytes, 2 classes + states and then states, for a gradient those
 * of every step, where states = 2 width + 1. The range counts sequences.
 */
export function ctcLoss(
  z: usize,
  labels: usize,
  lengths: usize,
  weights: usize,
  loss: usize,
  dz: usize,
  scratch: usize,
  stride: i32,
  steps: i32,
  classes: i32,
  width: i32,
  blank: i32,
  perLabel: i32,
  zeroInfinity: i32,
  begin: i32,
  end: i32,
): void {
  const size = steps * classes;
  for (let b = begin; b < end; b++) {
    const own = labels + ((<usize>(b * width)) << 2);
    const logits = z + ((<usize>b * <usize>size) << 2);
    const ignored = weights != 0 && load<f32>(weights + ((<usize>b) << 2)) == 0;
    const count = labelsIn(own, width, blank, classes);
    const length = lengths == 0 ? steps : max(0, min(steps, load<i32>(lengths + ((<usize>b) << 2))));
    const states = 2 * max(count, 0) + 1;
    const y = scratch + ((<usize>b * <usize>stride) << 3);
    const sums = y + ((<usize>classes) << 3);
    const beta = sums + ((<usize>classes) << 3);
    const alpha = beta + ((<usize>states) << 3);
    const line = dz == 0 ? <usize>0 : (<usize>states) << 3;
    const known = count == -1 ? 0 : length;
    const last = forward(logits, alpha, line, y, known, states, own, blank, classes);
    let p = count == 0 && length == 0 ? ONE : ZERO;
    if (last != 0) p = sumTimes(cell(last, states - 1), count > 0 ? cell(last, states - 2) : ZERO, ZERO, ONE);
    const scale: f64 = perLabel != 0 ? 1 / <f64>max(count, 1) : 1;
    const broken = count == -1 || (last == 0 && length > 0);
    const zero = ignored || (zeroInfinity != 0 && !broken);
    const failed: f64 = broken ? NaN : Infinity;
    store<f32>(loss + ((<usize>b) << 2), <f32>(p != ZERO ? -logarithm(p) * scale : zero ? 0 : failed));
    if (dz == 0) continue;
    const gradient = dz + ((<usize>b * <usize>size) << 2);
    fillRow(gradient, 0, size);
    if (p == ZERO && !zero) fillRow(gradient, NaN, length * classes);
    if (p != ZERO) backward(logits, gradient, alpha, beta, y, sums, p, length, states, own, blank, classes, scale);
  }
}
