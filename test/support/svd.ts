// Singular value decomposition in float64 by one-sided Jacobi on columns (Hestenes 1958): the reference of the tests.

export interface Svd {
  /** k = min(m, n) singular values, largest first. */
  readonly values: number[];
  /** k columns of m numbers; zero where the singular value is. */
  readonly left: number[][];
  /** k columns of n numbers. */
  readonly right: number[][];
}

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, i) => sum + x * b[i]!, 0);

function turn(a: number[], b: number[], c: number, s: number): void {
  for (let i = 0; i < a.length; i++) [a[i], b[i]] = [c * a[i]! - s * b[i]!, s * a[i]! + c * b[i]!];
}

/** Of a row-major m by n matrix. */
export function svd64(a: ArrayLike<number>, m: number, n: number): Svd {
  if (m < n) {
    const transposed = Array.from({ length: m * n }, (_, i) => a[(i % m) * n + Math.floor(i / m)]!);
    const { values, left, right } = svd64(transposed, n, m);
    return { values, left: right, right: left };
  }
  const u = Array.from({ length: n }, (_, j) => Array.from({ length: m }, (__, i) => a[i * n + j]!));
  const v = Array.from({ length: n }, (_, j) => Array.from({ length: n }, (__, i) => Number(i === j)));
  for (let sweep = 0; sweep < 40; sweep++) {
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const [alpha, beta, gamma] = [dot(u[p]!, u[p]!), dot(u[q]!, u[q]!), dot(u[p]!, u[q]!)];
        if (gamma === 0 || Math.abs(gamma) <= 1e-16 * Math.sqrt(alpha * beta)) continue;
        const zeta = (beta - alpha) / (2 * gamma);
        const t = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.sqrt(1 + zeta * zeta));
        const c = 1 / Math.sqrt(1 + t * t);
        turn(u[p]!, u[q]!, c, c * t);
        turn(v[p]!, v[q]!, c, c * t);
      }
    }
  }
  const order = u.map((column, j) => ({ value: Math.sqrt(dot(column, column)), j }));
  order.sort((x, y) => y.value - x.value);
  return {
    values: order.map(({ value }) => value),
    left: order.map(({ value, j }) => u[j]!.map((x) => (value === 0 ? 0 : x / value))),
    right: order.map(({ j }) => v[j]!),
  };
}

/** The least-squares solution [n, k] of minimum norm for a [m, n] and b [m, k]. */
export function lstsq64(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  m: number,
  n: number,
  k: number,
  rcond = 2 ** -22,
): Float64Array {
  const { values, left, right } = svd64(a, m, n);
  const x = new Float64Array(n * k);
  values.forEach((value, i) => {
    if (value <= rcond * values[0]!) return;
    for (let c = 0; c < k; c++) {
      const share = left[i]!.reduce((sum, u, row) => sum + u * b[row * k + c]!, 0) / value;
      for (let j = 0; j < n; j++) x[j * k + c]! += share * right[i]![j]!;
    }
  });
  return x;
}

/** Determinant of a row-major 3 by 3 matrix. */
export function determinant3(m: ArrayLike<number>): number {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0, i = 0] = Array.from(m);
  return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g);
}
