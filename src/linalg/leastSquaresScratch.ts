import { LONG_ARRAYS, REFLECTION_PANEL, UNKNOWN_ARRAYS } from '../runtime/generated/layout.js';

/** Numbers in a row of unknowns and right sides. Kernels require an even count. */
export function paddedRow(unknowns: number, right: number): number {
  return 2 * Math.ceil((unknowns + right) / 2);
}

/**
 * Bytes of scratch memory that the least-squares kernels need besides the equations: `place` in assembly/linalg/layout.ts
 * divides it. Of the `sides` right sides, `right` lie in the rows of the equations.
 */
export function leastSquaresScratch(equations: number, unknowns: number, right: number, sides: number): number {
  const width = paddedRow(unknowns, right);
  const vectors = UNKNOWN_ARRAYS * paddedRow(unknowns, 0) + LONG_ARRAYS * Math.max(paddedRow(equations, 0), width);
  const whole = unknowns > REFLECTION_PANEL ? equations : 0;
  const panel = REFLECTION_PANEL * (width + 2 * REFLECTION_PANEL + 2 + whole);
  const square = unknowns * (equations < unknowns ? paddedRow(equations, 0) : width);
  return 8 * (square + vectors + paddedRow(unknowns * sides, 0) + panel);
}
