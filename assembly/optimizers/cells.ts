// Values that change between steps are in memory cells, so that a recorded step need not be rewritten.

// Hyperparameters of the rules: f64 cells, in this order. The build writes functions for TypeScript that put named values
// into it; TypeScript adds the learning rate. Flags are 0 or 1.
@unmanaged
export class SgdCells {
  learningRate: f64;
  momentum: f64;
  nesterov: f64;
  weightDecay: f64;
}

@unmanaged
export class AdagradCells {
  learningRate: f64;
  epsilon: f64;
  weightDecay: f64;
}

@unmanaged
export class RmspropCells {
  learningRate: f64;
  decay: f64;
  epsilon: f64;
  momentum: f64;
  weightDecay: f64;
}

@unmanaged
export class AdamCells {
  learningRate: f64;
  beta1: f64;
  beta2: f64;
  epsilon: f64;
  weightDecay: f64;
  decoupled: f64;
  /** beta1^t and beta2^t for step t, counted from 1. */
  power1: f64;
  power2: f64;
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

/** Brings the powers of Adam's cells to the next step. */
export function adamAdvance(hyper: usize): void {
  const cells = changetype<AdamCells>(hyper);
  cells.power1 = cells.power1 * cells.beta1;
  cells.power2 = cells.power2 * cells.beta2;
}

/** Adds one to a 32-bit counter. */
export function advanceCounter(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}
