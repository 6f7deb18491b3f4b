// The rotation nearest to a 3x3 matrix M in the Frobenius norm. With M = U S V^T it is U diag(1, 1, det(U V^T)) V^T; it
// is also the rotation of the unit quaternion q that maximises q^T N q = tr(R(q)^T M), N the symmetric 4x4 matrix below
// (Horn 1987): its eigenvector of the largest eigenvalue. Jacobi's method gives an orthonormal basis of eigenvectors
// for any spectrum, so reflections, equal and zero singular values need no special case: when the nearest rotation is
// not unique, the result is one of them, and for the zero matrix the identity.
import { workspace } from "../workspace";
import { MATRIX, loadPair, storePair } from "./pair";

/** After five sweeps, off-diagonal elements were below 1e-15 of the largest for all spectra tried. */
const SWEEPS: i32 = 6;
/** Smaller than any product of f32 values; avoids 0 / 0 for zero matrices. */
const TINY: f64 = 1e-300;

/** Element (row, column) of a 4x4 matrix of pairs. */
// @ts-ignore: decorator
@inline
function at(matrix: usize, row: i32, column: i32): usize {
  return matrix + ((<usize>(4 * row + column)) << 4);
}

/** Makes element (p, q) of both symmetric matrices zero by a rotation, and applies it to the rows of `vectors`. */
function rotate(matrix: usize, vectors: usize, p: i32, q: i32): void {
  const off = v128.load(at(matrix, p, q));
  const low = v128.load(at(matrix, p, p));
  const high = v128.load(at(matrix, q, q));
  const gap = f64x2.sub(high, low);
  const twice = f64x2.add(off, off);
  const root = f64x2.sqrt(f64x2.add(f64x2.mul(gap, gap), f64x2.mul(twice, twice)));
  // tan of the angle: 2 off sign(gap) / (|gap| + sqrt(gap^2 + 4 off^2)), at most 1
  const sign = v128.and(gap, i64x2.splat(i64.MIN_VALUE));
  const size = f64x2.max(f64x2.add(f64x2.abs(gap), root), f64x2.splat(TINY));
  const t = v128.xor(f64x2.div(twice, size), sign);
  const c = f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(f64x2.splat(1), f64x2.mul(t, t))));
  const s = f64x2.mul(t, c);
  for (let i = 0; i < 4; i++) {
    const vp = v128.load(at(vectors, p, i));
    const vq = v128.load(at(vectors, q, i));
    v128.store(at(vectors, p, i), f64x2.sub(f64x2.mul(c, vp), f64x2.mul(s, vq)));
    v128.store(at(vectors, q, i), f64x2.add(f64x2.mul(s, vp), f64x2.mul(c, vq)));
    if (i == p || i == q) continue;
    const ap = v128.load(at(matrix, p, i));
    const aq = v128.load(at(matrix, q, i));
    const newP = f64x2.sub(f64x2.mul(c, ap), f64x2.mul(s, aq));
    const newQ = f64x2.add(f64x2.mul(s, ap), f64x2.mul(c, aq));
    v128.store(at(matrix, p, i), newP);
    v128.store(at(matrix, i, p), newP);
    v128.store(at(matrix, q, i), newQ);
    v128.store(at(matrix, i, q), newQ);
  }
  const shift = f64x2.mul(t, off);
  v128.store(at(matrix, p, p), f64x2.sub(low, shift));
  v128.store(at(matrix, q, q), f64x2.add(high, shift));
  v128.store(at(matrix, p, q), f64x2.splat(0));
  v128.store(at(matrix, q, p), f64x2.splat(0));
}

/** Writes an element and its mirror image. */
// @ts-ignore: decorator
@inline
function setSymmetric(matrix: usize, row: i32, column: i32, value: v128): void {
  v128.store(at(matrix, row, column), value);
  v128.store(at(matrix, column, row), value);
}

/** N of the matrices at `x` and `y`. */
function hornMatrix(x: usize, y: usize, matrix: usize): void {
  const m00 = loadPair(x, y);
  const m01 = loadPair(x + 4, y + 4);
  const m02 = loadPair(x + 8, y + 8);
  const m10 = loadPair(x + 12, y + 12);
  const m11 = loadPair(x + 16, y + 16);
  const m12 = loadPair(x + 20, y + 20);
  const m20 = loadPair(x + 24, y + 24);
  const m21 = loadPair(x + 28, y + 28);
  const m22 = loadPair(x + 32, y + 32);
  v128.store(at(matrix, 0, 0), f64x2.add(f64x2.add(m00, m11), m22));
  v128.store(at(matrix, 1, 1), f64x2.sub(f64x2.sub(m00, m11), m22));
  v128.store(at(matrix, 2, 2), f64x2.sub(f64x2.sub(m11, m00), m22));
  v128.store(at(matrix, 3, 3), f64x2.sub(f64x2.sub(m22, m00), m11));
  setSymmetric(matrix, 0, 1, f64x2.sub(m21, m12));
  setSymmetric(matrix, 0, 2, f64x2.sub(m02, m20));
  setSymmetric(matrix, 0, 3, f64x2.sub(m10, m01));
  setSymmetric(matrix, 1, 2, f64x2.add(m01, m10));
  setSymmetric(matrix, 1, 3, f64x2.add(m02, m20));
  setSymmetric(matrix, 2, 3, f64x2.add(m12, m21));
}

/** Copies to `vector` the row of `vectors` with the largest diagonal element of `matrix`, the first of equal ones. */
function largest(matrix: usize, vectors: usize, vector: usize): void {
  let best = v128.load(matrix);
  for (let i = 0; i < 4; i++) v128.store(at(vector, 0, i), v128.load(at(vectors, 0, i)));
  for (let row = 1; row < 4; row++) {
    const value = v128.load(at(matrix, row, row));
    const larger = f64x2.gt(value, best);
    best = v128.bitselect(value, best, larger);
    for (let i = 0; i < 4; i++) {
      const chosen = v128.bitselect(v128.load(at(vectors, row, i)), v128.load(at(vector, 0, i)), larger);
      v128.store(at(vector, 0, i), chosen);
    }
  }
}

/** The rotation matrices of the quaternions (w, x, y, z) at `quaternion`, of any length but zero. */
function storeRotation(quaternion: usize, first: usize, second: usize): void {
  const w = v128.load(quaternion);
  const x = v128.load(quaternion, 16);
  const y = v128.load(quaternion, 32);
  const z = v128.load(quaternion, 48);
  const one = f64x2.splat(1);
  const xx = f64x2.mul(x, x);
  const yy = f64x2.mul(y, y);
  const zz = f64x2.mul(z, z);
  const square = f64x2.add(f64x2.add(f64x2.mul(w, w), xx), f64x2.add(yy, zz));
  const two = f64x2.div(f64x2.splat(2), square);
  const xy = f64x2.mul(x, y);
  const xz = f64x2.mul(x, z);
  const yz = f64x2.mul(y, z);
  const wx = f64x2.mul(w, x);
  const wy = f64x2.mul(w, y);
  const wz = f64x2.mul(w, z);
  storePair(first, second, f64x2.sub(one, f64x2.mul(two, f64x2.add(yy, zz))));
  storePair(first + 4, second + 4, f64x2.mul(two, f64x2.sub(xy, wz)));
  storePair(first + 8, second + 8, f64x2.mul(two, f64x2.add(xz, wy)));
  storePair(first + 12, second + 12, f64x2.mul(two, f64x2.add(xy, wz)));
  storePair(first + 16, second + 16, f64x2.sub(one, f64x2.mul(two, f64x2.add(xx, zz))));
  storePair(first + 20, second + 20, f64x2.mul(two, f64x2.sub(yz, wx)));
  storePair(first + 24, second + 24, f64x2.mul(two, f64x2.sub(xz, wy)));
  storePair(first + 28, second + 28, f64x2.mul(two, f64x2.add(yz, wx)));
  storePair(first + 32, second + 32, f64x2.sub(one, f64x2.mul(two, f64x2.add(xx, yy))));
}

/** r = nearest rotation of each 3x3 matrix of m. The range counts matrices. */
export function projectSO3(m: usize, r: usize, begin: i32, end: i32): void {
  const matrix = workspace;
  const vectors = workspace + 256;
  const vector = workspace + 512;
  for (let i = begin; i < end; i += 2) {
    const first = <usize>i * MATRIX;
    const second = i + 1 < end ? first + MATRIX : first; // the last one alone: the same matrix in both lanes
    hornMatrix(m + first, m + second, matrix);
    for (let row = 0; row < 4; row++)
      for (let column = 0; column < 4; column++)
        v128.store(at(vectors, row, column), f64x2.splat(row == column ? 1 : 0));
    for (let sweep = 0; sweep < SWEEPS; sweep++)
      for (let p = 0; p < 3; p++) for (let q = p + 1; q < 4; q++) rotate(matrix, vectors, p, q);
    largest(matrix, vectors, vector);
    storeRotation(vector, r + first, r + second);
  }
}
