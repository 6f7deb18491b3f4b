/**
 * Writes a random orthonormal matrix [rows, columns] into `out`: modified Gram-Schmidt, done twice, on the vectors of
 * the shorter side. It uses only + - * / and sqrt, which all engines round alike.
 */
export function orthonormal(random: ArrayLike<number>, rows: number, columns: number, out: Float64Array): void {
  const count = Math.min(rows, columns);
  const length = Math.max(rows, columns);
  // Vector i is row i of a wide matrix, column i of a tall one.
  const at = (i: number, k: number): number => (rows <= columns ? i * columns + k : k * columns + i);
  const vectors = Array.from({ length: count }, (_, i) =>
    Float64Array.from({ length }, (__, k) => random[at(i, k)] ?? 0),
  );
  vectors.forEach((vector, i) => {
    const before = vectors.slice(0, i);
    for (const direction of [...before, ...before]) {
      const projection = dot(vector, direction);
      for (let k = 0; k < length; k++) vector[k]! -= projection * direction[k]!;
    }
    const norm = Math.sqrt(dot(vector, vector)) || 1;
    for (let k = 0; k < length; k++) out[at(i, k)] = vector[k]! /= norm;
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
