import { CAREFUL_FLAG, KEEPS_OLD_FLAG } from "../layout";

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

/** From here on, learning rates alone can make a parameter overflow. */
const LARGE_RATE: f64 = 1024;

// @ts-ignore: decorator
@inline
export function keepsOld(hyper: usize): bool {
  return load<u64>(hyper - KEEPS_OLD_FLAG) != 0; // its bits, which loops test faster than a number
}

/** Begins a step: whether it takes care, as far as the hyperparameters tell. */
export function decideCare(hyper: usize): void {
  const rate = changetype<SgdCells>(hyper).learningRate; // which is the first of every rule
  store<f64>(hyper - KEEPS_OLD_FLAG, load<f64>(hyper - CAREFUL_FLAG) != 0 || rate >= LARGE_RATE ? 1 : 0);
}

/** `status`, which ends the program, unless a flag is set; a flag that is set is cleared. */
export function unlessFlag(flag: usize, status: i32): i32 {
  if (load<f64>(flag) == 0) return status;
  store<f64>(flag, 0);
  return 0;
}

/** Adds one to a 32-bit counter. */
export function advanceCounter(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}
