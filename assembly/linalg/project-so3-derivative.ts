// The derivative of the nearest rotation R = projectSO3(M) along a direction G. With P = sym(R^T M), symmetric, and
// K = tr(P) I - P (eigenvalues s_i + s_j, the last singular value with the sign of det):
//   D(G) = R hat(w),  K w = axial(R^T G - G^T R)
// (Levinson et al. 2020 write the same in the basis of the singular vectors, with factors 1 / (s_i + s_j)). The map is
// self-adjoint, so it is used for tangents and cotangents. Degenerate spectra: 1 / k becomes k / (k^2 + u^2), with u =
// 2^-20 tr(P): without effect unless two singular values nearly cancel; then it is bounded by 2^19 / tr(P), and 0 for
// the zero matrix.
import { MATRIX, loadPair, storePair } from "./pair";

const GUARD: f64 = 1 / 1048576;
/** Avoids 1 / 0 for zero matrices; pivots of others are larger. */
const TINY: f64 = 1e-300;

/** a * b + c * d + e * f. */
// @ts-ignore: decorator
@inline
function dot3(a: v128, b: v128, c: v128, d: v128, e: v128, f: v128): v128 {
  return f64x2.add(f64x2.add(f64x2.mul(a, b), f64x2.mul(c, d)), f64x2.mul(e, f));
}

/** Element (row, column) of a^T b of the pair of matrices at these addresses. */
function product(a: usize, a2: usize, b: usize, b2: usize, row: i32, column: i32): v128 {
  const i = (<usize>row) << 2;
  const j = (<usize>column) << 2;
  return dot3(
    loadPair(a + i, a2 + i),
    loadPair(b + j, b2 + j),
    loadPair(a + i + 12, a2 + i + 12),
    loadPair(b + j + 12, b2 + j + 12),
    loadPair(a + i + 24, a2 + i + 24),
    loadPair(b + j + 24, b2 + j + 24),
  );
}

/** Element (row, column) of (a^T b + sign (a^T b)^T). */
function mixed(a: usize, a2: usize, b: usize, b2: usize, row: i32, column: i32, sign: f64): v128 {
  const mirrored = product(a, a2, b, b2, column, row);
  return f64x2.add(product(a, a2, b, b2, row, column), f64x2.mul(f64x2.splat(sign), mirrored));
}

/** a * b - c * d. */
// @ts-ignore: decorator
@inline
function minor(a: v128, b: v128, c: v128, d: v128): v128 {
  return f64x2.sub(f64x2.mul(a, b), f64x2.mul(c, d));
}

/** 1 / a for a pivot. */
// @ts-ignore: decorator
@inline
function inverse(a: v128): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.max(a, f64x2.splat(TINY)));
}

/** d = D(g) for each 3x3 matrix m and its nearest rotation r. The range counts matrices. */
export function projectSO3Derivative(g: usize, m: usize, r: usize, d: usize, begin: i32, end: i32): void {
  const half = f64x2.splat(0.5);
  for (let i = begin; i < end; i += 2) {
    const p = <usize>i * MATRIX;
    const q = i + 1 < end ? p + MATRIX : p;
    // K from P = sym(R^T M)
    const p00 = product(r + p, r + q, m + p, m + q, 0, 0);
    const p11 = product(r + p, r + q, m + p, m + q, 1, 1);
    const p22 = product(r + p, r + q, m + p, m + q, 2, 2);
    const trace = f64x2.add(f64x2.add(p00, p11), p22);
    const k00 = f64x2.sub(trace, p00);
    const k11 = f64x2.sub(trace, p11);
    const k22 = f64x2.sub(trace, p22);
    const k01 = f64x2.neg(f64x2.mul(half, mixed(r + p, r + q, m + p, m + q, 0, 1, 1)));
    const k02 = f64x2.neg(f64x2.mul(half, mixed(r + p, r + q, m + p, m + q, 0, 2, 1)));
    const k12 = f64x2.neg(f64x2.mul(half, mixed(r + p, r + q, m + p, m + q, 1, 2, 1)));
    // (K^2 + u^2) w = K a
    const a0 = mixed(r + p, r + q, g + p, g + q, 2, 1, -1);
    const a1 = mixed(r + p, r + q, g + p, g + q, 0, 2, -1);
    const a2 = mixed(r + p, r + q, g + p, g + q, 1, 0, -1);
    const b0 = dot3(k00, a0, k01, a1, k02, a2);
    const b1 = dot3(k01, a0, k11, a1, k12, a2);
    const b2 = dot3(k02, a0, k12, a1, k22, a2);
    const u = f64x2.mul(trace, f64x2.splat(GUARD));
    const uu = f64x2.mul(u, u);
    const s00 = f64x2.add(dot3(k00, k00, k01, k01, k02, k02), uu);
    const s11 = f64x2.add(dot3(k01, k01, k11, k11, k12, k12), uu);
    const s22 = f64x2.add(dot3(k02, k02, k12, k12, k22, k22), uu);
    const s01 = dot3(k00, k01, k01, k11, k02, k12);
    const s02 = dot3(k00, k02, k01, k12, k02, k22);
    const s12 = dot3(k01, k02, k11, k12, k12, k22);
    // L D L^T: stable where Cramer's rule loses the determinant. The pivots are at least u^2 up to rounding.
    const d0 = inverse(s00);
    const l10 = f64x2.mul(s01, d0);
    const l20 = f64x2.mul(s02, d0);
    const d1 = inverse(f64x2.sub(s11, f64x2.mul(l10, s01)));
    const rest = f64x2.sub(s12, f64x2.mul(l10, s02));
    const l21 = f64x2.mul(rest, d1);
    const d2 = inverse(f64x2.sub(f64x2.sub(s22, f64x2.mul(l20, s02)), f64x2.mul(l21, rest)));
    const y1 = f64x2.sub(b1, f64x2.mul(l10, b0));
    const y2 = f64x2.sub(f64x2.sub(b2, f64x2.mul(l20, b0)), f64x2.mul(l21, y1));
    const w2 = f64x2.mul(y2, d2);
    const w1 = minor(y1, d1, l21, w2);
    const w0 = f64x2.sub(minor(b0, d0, l10, w1), f64x2.mul(l20, w2));
    for (let row: usize = 0; row < MATRIX; row += 12) {
      const r0 = loadPair(r + p + row, r + q + row);
      const r1 = loadPair(r + p + row + 4, r + q + row + 4);
      const r2 = loadPair(r + p + row + 8, r + q + row + 8);
      storePair(d + p + row, d + q + row, minor(r1, w2, r2, w1));
      storePair(d + p + row + 4, d + q + row + 4, minor(r2, w0, r0, w2));
      storePair(d + p + row + 8, d + q + row + 8, minor(r0, w1, r1, w0));
    }
  }
}
