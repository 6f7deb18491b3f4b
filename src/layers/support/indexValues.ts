import { refuse } from '../../core/errors.js';
/**
 * Throws for the first number that is not a whole number from 0 to count - 1. Only the first `valid` numbers of each
 * row are checked.
 */
export function checkIndexValues(
  where: string,
  values: ArrayLike<number>,
  count: number,
  width: number = values.length,
  valid?: (row: number) => number,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? NaN;
    if (value >= 0 && value < count && Number.isInteger(value)) continue;
    if (valid && i % width >= valid(Math.floor(i / width))) continue;
    refuse(RangeError, where, `indices from 0 to ${count - 1}`, `${value} at position ${i}`);
  }
}
