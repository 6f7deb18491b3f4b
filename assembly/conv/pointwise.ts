// Convolutions with 1 x 1 filters over many pixels, which are products of few channels: a step of training moves many bytes
// for each multiplication, and most of them come from far away. So a block of pixels is read in the order of its addresses
// before it is packed, which processors fetch ahead. The sums are those of gemm (blocked.ts), with the same bits.
import { A_BYTES, BLOCK_ROWS, STEPS, ZEROS, balanced, strip } from "../gemm/blocked";
import { finish } from "../gemm/finish";
import { packA, packB } from "../gemm/pack";
import { COLUMNS } from "../gemm/tile";
import { COLUMN_GRAIN, ROW_GRAIN } from "../layout";
import { workspace } from "../workspace";
import { touch } from "./touch";

/**
 * c[m,n] = act(a[m,k] op(b) + bias) for 1 <= k <= STEPS, n <= BLOCK_COLUMNS; op(b) is [k,n], `transposed`: b is [n,k].
 * Work units: five rows.
 */
export function pointwiseConv2d(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  transposed: i32,
  bias: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const last = min(end * ROW_GRAIN, m);
  const stride: usize = n << 2;
  const line: usize = k << 2;
  packB(workspace + A_BYTES, b, transposed ? line : stride, n, k, transposed);
  for (let i = begin * ROW_GRAIN; i < last; i += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, last - i);
    const from = a + <usize>i * line;
    const to = c + <usize>i * stride;
    touch(from, (height * k) << 2);
    packA(workspace, from, line, height, k, 0);
    let panel = workspace + A_BYTES;
    for (let j = 0; j < n; j += COLUMNS) {
      const at: usize = j << 2;
      strip(
        workspace,
        panel,
        COLUMNS * 4,
        k,
        bias ? bias + at : ZEROS,
        0,
        to + at,
        stride,
        height,
        min(COLUMNS, n - j),
      );
      panel += (k * COLUMNS) << 2;
    }
    if (activation) finish(to, stride, height, n, 0, 4, activation, slope);
  }
}

/**
 * The first, or the next, `depth` pixels in rows [top, bottom) and columns [left, right) of df. Two panels of dy, a line of
 * the cache, are packed just before they are multiplied.
 */
function addPixels(
  x: usize,
  dy: usize,
  df: usize,
  m: i32,
  n: i32,
  depth: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  first: bool,
): void {
  const line: usize = m << 2;
  const stride: usize = n << 2;
  touch(dy, (depth * n) << 2);
  touch(x, (depth * m) << 2);
  const panels = workspace + A_BYTES;
  const next: usize = (depth * COLUMNS) << 2;
  for (let i = top; i < bottom; i += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, bottom - i);
    packA(workspace, x + (i << 2), line, height, depth, 1);
    for (let j = left; j < right; j += COLUMNS) {
      const odd = (j - left) & COLUMNS;
      if (!odd) packB(panels, dy + (j << 2), stride, min(2 * COLUMNS, right - j), depth, 0);
      const at = df + ((i * n + j) << 2);
      const base = first ? ZEROS : at;
      const panel = odd ? panels + next : panels;
      strip(
        workspace,
        panel,
        COLUMNS * 4,
        depth,
        base,
        first ? 0 : stride,
        at,
        stride,
        height,
        min(COLUMNS, right - j),
      );
    }
  }
}

/**
 * df[m,n] = x[k,m]^T dy[k,n] for k >= 1 and n <= BLOCK_COLUMNS. Work units as in gemm: five rows of df, or eight columns when
 * there are more columns than rows.
 */
export function pointwiseFilterGradient(
  x: usize,
  dy: usize,
  df: usize,
  m: i32,
  n: i32,
  k: i32,
  begin: i32,
  end: i32,
): void {
  const byRows = m >= n;
  const top = byRows ? begin * ROW_GRAIN : 0;
  const bottom = byRows ? min(end * ROW_GRAIN, m) : m;
  const left = byRows ? 0 : begin * COLUMN_GRAIN;
  const right = byRows ? n : min(end * COLUMN_GRAIN, n);
  if (top >= bottom || left >= right) return;
  const steps = balanced(k, STEPS);
  for (let p = 0; p < k; p += steps) {
    const depth = min(steps, k - p);
    addPixels(x + ((p * m) << 2), dy + ((p * n) << 2), df, m, n, depth, top, bottom, left, right, p == 0);
  }
}
