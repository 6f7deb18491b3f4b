import type { Preprocessing } from '../data/index.js';

/** Outputs for a label of numbers in the unit of the table. */
export function numbersOf(preprocessing: Preprocessing, outputs: readonly number[]): number[] {
  return preprocessing.decode(outputs.map((value) => [value])).map(Number);
}
