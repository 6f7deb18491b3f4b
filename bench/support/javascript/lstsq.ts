/** Least squares written by hand in JavaScript: Householder QR in float64, row by row, for independent columns. */
export function householderLstsq(a: Float32Array, b: Float32Array, m: number, n: number): Float64Array {
  const width = n + 1;
  const rows = Float64Array.from({ length: m * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    return (j < n ? a[i * n + j] : b[i])!;
  });
  const sums = new Float64Array(width);
  for (let j = 0; j < n; j++) {
    let square = 0;
    for (let i = j; i < m; i++) square += rows[i * width + j]! ** 2;
    const head = rows[j * width + j]!;
    const diagonal = head > 0 ? -Math.sqrt(square) : Math.sqrt(square);
    const half = square - head * diagonal;
    rows[j * width + j]! -= diagonal;
    sums.fill(0);
    for (let i = j; i < m; i++)
      for (let c = j + 1; c < width; c++) sums[c]! += rows[i * width + j]! * rows[i * width + c]!;
    for (let i = j; i < m; i++)
      for (let c = j + 1; c < width; c++) rows[i * width + c]! -= (rows[i * width + j]! * sums[c]!) / half;
    rows[j * width + j] = diagonal;
  }
  const x = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let value = rows[i * width + n]!;
    for (let c = i + 1; c < n; c++) value -= rows[i * width + c]! * x[c]!;
    x[i] = value / rows[i * width + i]!;
  }
  return x;
}
