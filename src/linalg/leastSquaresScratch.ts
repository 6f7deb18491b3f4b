/** As in assembly/linalg/householder.ts. */
const PANEL = 32;

/** Numbers in a row of unknowns and right sides: kernels want an even count. */
export function paddedRow(unknowns: number, right: number): number {
  return 2 * Math.ceil((unknowns + right) / 2);
}

/**
 * Bytes that the kernels of least squares need beside their equations: what assembly/linalg/layout.ts lays out.
 * `right`: right sides that lie in the rows of the equations, of `sides`.
 */
export function leastSquaresScratch(equations: number, unknowns: number, right: number, sides: number): number {
  const width = paddedRow(unknowns, right);
  const vectors = 3 * paddedRow(unknowns, 0) + 11 * Math.max(paddedRow(equations, 0), width);
  const panel = PANEL * (width + 2 * PANEL + 2) + (unknowns > PANEL ? equations * PANEL : 0);
  const square = unknowns * (equations < unknowns ? paddedRow(equations, 0) : width);
  return 8 * (square + vectors + paddedRow(unknowns * sides, 0) + panel);
}
