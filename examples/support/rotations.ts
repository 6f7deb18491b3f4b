// Rotations in plain float64: what an example needs to make attitudes and to judge answers.

/** Unit quaternion, real part first. */
export type Quaternion = readonly number[];

/** The rotation matrix of a unit quaternion, row by row. */
export function matrixOf(q: Quaternion): number[] {
  const [w = 1, x = 0, y = 0, z = 0] = q;
  return [
    ...[1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
    ...[2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
    ...[2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
  ];
}

/** A vector turned by a unit quaternion, or turned back. */
export function turned(vector: readonly number[], q: Quaternion, way: 'forth' | 'back'): number[] {
  const m = matrixOf(q);
  const at = (row: number, column: number): number => m[way === 'forth' ? 3 * row + column : 3 * column + row]!;
  return [0, 1, 2].map((row) => vector.reduce((total, value, column) => total + at(row, column) * value, 0));
}

/** The angle between two rotation matrices, in radians; accurate for small ones too: |A - B|_F = 2 sqrt(2) sin(angle / 2). */
export function angleBetween(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let squares = 0;
  for (let i = 0; i < 9; i++) squares += (a[i]! - b[i]!) ** 2;
  return 2 * Math.asin(Math.min(1, Math.sqrt(squares / 8)));
}
