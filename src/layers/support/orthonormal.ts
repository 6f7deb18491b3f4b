/**
 * Writes an orthonormal matrix [rows, columns] made from random numbers into `out`: modified Gram-Schmidt, done
 * twice, on the shorter side's vectors. Only + - * / and sqrt, which every engine rounds alike.
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
    for (let pass = 0; pass < 2; pass++) for (let j = 0; j < i; j++) removeComponent(vector, vectors[j] ?? vector);
    let square = 0;
    for (const value of vector) square += value * value;
    const norm = Math.sqrt(square) || 1;
    vector.forEach((value, k) => {
      vector[k] = value / norm;
      out[at(i, k)] = value / norm;
    });
  });
}

function removeComponent(vector: Float64Array, direction: Float64Array): void {
  let projection = 0;
  for (let k = 0; k < vector.length; k++) projection += (vector[k] ?? 0) * (direction[k] ?? 0);
  for (let k = 0; k < vector.length; k++) vector[k] = (vector[k] ?? 0) - projection * (direction[k] ?? 0);
}
