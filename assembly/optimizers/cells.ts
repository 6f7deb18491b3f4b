// What changes between steps lives in memory cells, so that a recorded step never has to be rewritten.

/** The f64 cell i of a block of hyperparameters. */
// @ts-ignore: decorator
@inline
export function cell(hyper: usize, i: usize): f64 {
  return load<f64>(hyper + (i << 3));
}

/**
 * Writes a coefficient as a full vector. A rule with many of them runs out of vector registers, and the engine's
 * spills cost more than loads from a table (Adam: twice as fast with the table).
 */
// @ts-ignore: decorator
@inline
export function putCoefficient(table: usize, offset: usize, value: f64): void {
  v128.store(table + offset, f32x4.splat(<f32>value));
}

/** The next step of Adam's running products: cell 6 holds beta1^t, cell 7 beta2^t. */
export function adamAdvance(hyper: usize): void {
  store<f64>(hyper, cell(hyper, 6) * cell(hyper, 1), 48);
  store<f64>(hyper, cell(hyper, 7) * cell(hyper, 2), 56);
}

/** Adds one to a 32-bit counter. */
export function advanceCounter(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}
