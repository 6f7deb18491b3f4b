// The blocked product after Goto and van de Geijn ("Anatomy of high-performance matrix multiplication",
// 2008): a block of A stays in the second cache, a panel of B in the first, a tile of C in registers.
import { workspace } from "../workspace";
import { storeLanes } from "../simd/ragged";
import { finish } from "./finish";
import { packA, packB } from "./pack";
import { COLUMNS, PANEL, ROWS, tile4, tile8, twoRows8 } from "./tile";

export const STEPS: i32 = 256; // along k
export const BLOCK_ROWS: i32 = 120; // whole tiles of 5 and of 6
export const BLOCK_COLUMNS: i32 = 512;

// Workspace: packed A | packed B | one ragged tile.
export const A_BYTES: i32 = BLOCK_ROWS * STEPS * 4;
export const B_BYTES: i32 = BLOCK_COLUMNS * STEPS * 4;
const TILE_STRIDE: i32 = COLUMNS * 4;

export const ZEROS: usize = memory.data<f32>([0, 0, 0, 0, 0, 0, 0, 0], 16);

/** The size of equal blocks, none above `most`, that cover `total`. */
// @ts-ignore: decorator
@inline
export function balanced(total: i32, most: i32): i32 {
  const blocks = (total + most - 1) / most;
  return blocks > 1 ? (total + blocks - 1) / blocks : total;
}

/** A tile that reaches over the edge of C, through the workspace. Its base is copied first, so the bits are a full tile's. */
function raggedTile(
  a: usize,
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  baseStride: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
): void {
  const tile = workspace + A_BYTES + B_BYTES;
  for (let i = 0; i < rows; i++) {
    const to = tile + i * TILE_STRIDE;
    v128.store(to, v128.load(base));
    if (columns > 4) v128.store(to, v128.load(base, 16), 16);
    base += baseStride;
  }
  if (columns <= 4) tile4(a, b, bStride, k, tile, TILE_STRIDE, tile, TILE_STRIDE);
  else if (rows <= 2) twoRows8(a, b, bStride, k, tile, TILE_STRIDE, tile, TILE_STRIDE);
  else tile8(a, PANEL, b, bStride, k, tile, TILE_STRIDE, tile, TILE_STRIDE);
  for (let i = 0; i < rows; i++) {
    const from = tile + i * TILE_STRIDE;
    storeLanes(c, v128.load(from), columns);
    if (columns > 4) storeLanes(c + 16, v128.load(from, 16), columns - 4);
    c += stride;
  }
}

/** c[rows, columns <= 8] = base + A B for a packed block of A and one panel of B. */
export function strip(
  a: usize,
  b: usize,
  bStride: usize,
  k: i32,
  base: usize,
  baseStride: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
): void {
  const panel: usize = (k * ROWS) << 2;
  for (; rows > 0; rows -= ROWS) {
    if (rows < ROWS || columns & 3) raggedTile(a, b, bStride, k, base, baseStride, c, stride, min(rows, ROWS), columns);
    else if (columns == COLUMNS) tile8(a, PANEL, b, bStride, k, base, baseStride, c, stride);
    else tile4(a, b, bStride, k, base, baseStride, c, stride);
    a += panel;
    base += <usize>ROWS * baseStride;
    c += <usize>ROWS * stride;
  }
}

/** One block of k over columns [left, left + columns): everything between the packing of B and the finished strips. */
function panels(
  a: usize,
  lda: usize,
  transposeA: i32,
  b: usize,
  bStride: usize,
  bPanel: usize,
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  k: i32,
  fromC: bool,
  start: usize,
  last: bool,
  bias: usize,
  activation: i32,
  slope: f32,
): void {
  const aNext: usize = transposeA ? 4 : lda;
  for (let i = 0; i < rows; i += BLOCK_ROWS) {
    const height = min(BLOCK_ROWS, rows - i);
    packA(workspace, a + <usize>i * aNext, lda, height, k, transposeA);
    const line = c + <usize>i * stride;
    let panel = b;
    for (let j = 0; j < columns; j += COLUMNS) {
      const width = min(COLUMNS, columns - j);
      const offset = (<usize>j) << 2;
      const at = line + offset;
      const base = fromC ? at : start == ZEROS ? ZEROS : start + offset;
      strip(workspace, panel, bStride, k, base, fromC ? stride : 0, at, stride, height, width);
      if (last) finish(at, stride, height, width, bias ? bias + offset : 0, 4, activation, slope);
      panel += bPanel;
    }
  }
}

/** C[m,n] for the operands' own corners; leading dimensions in bytes. `pack`: whether B is copied into panels. */
export function blocked(
  a: usize,
  lda: usize,
  transposeA: i32,
  b: usize,
  ldb: usize,
  transposeB: i32,
  pack: bool,
  c: usize,
  stride: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  slope: f32,
): void {
  const aStep: usize = transposeA ? lda : 4;
  const bStep: usize = transposeB ? 4 : ldb;
  const bColumn: usize = transposeB ? ldb : 4;
  const steps = balanced(k, STEPS);
  // The first block can start from the bias; after several blocks the bias goes on top of the whole sum,
  // where the unfused addition has it.
  const biasFirst = bias != 0 && !accumulate && steps == k;
  const biasLast: usize = biasFirst ? 0 : bias;
  const bStride = pack ? <usize>(COLUMNS * 4) : ldb;
  for (let j = 0; j < n; j += BLOCK_COLUMNS) {
    const width = min(BLOCK_COLUMNS, n - j);
    const offset = (<usize>j) << 2;
    let p = 0;
    do {
      const depth = min(steps, k - p);
      const last = p + depth >= k && (biasLast != 0 || activation != 0);
      let panel = b + <usize>p * bStep + <usize>j * bColumn;
      const bPanel: usize = (pack ? depth * COLUMNS : COLUMNS) << 2;
      if (pack) {
        packB(workspace + A_BYTES, panel, ldb, width, depth, transposeB);
        panel = workspace + A_BYTES;
      }
      panels(
        a + <usize>p * aStep,
        lda,
        transposeA,
        panel,
        bStride,
        bPanel,
        c + offset,
        stride,
        m,
        width,
        depth,
        accumulate != 0 || p > 0,
        biasFirst ? bias + offset : ZEROS,
        last,
        biasLast != 0 ? biasLast + offset : <usize>0,
        activation,
        slope,
      );
      p += depth;
    } while (p < k);
  }
}

/**
 * The same for a whole matrix B [k, ldb] that `packPanels` has packed once for many products: n of its columns, from
 * column `first` on; n and `first` are multiples of 8. A is not transposed. Leading dimensions of A and C in bytes.
 */
export function prepacked(
  a: usize,
  lda: usize,
  b: usize,
  ldb: i32,
  first: i32,
  c: usize,
  stride: usize,
  m: i32,
  n: i32,
  k: i32,
  accumulate: i32,
  bias: usize,
  activation: i32,
  slope: f32,
): void {
  const steps = balanced(k, STEPS);
  const biasFirst = bias != 0 && !accumulate && steps == k;
  const biasLast: usize = biasFirst ? 0 : bias;
  for (let p = 0; p < k; p += steps) {
    const depth = min(steps, k - p);
    panels(
      a + ((<usize>p) << 2),
      lda,
      0,
      b + ((<usize>(p * ldb + depth * first)) << 2),
      COLUMNS * 4,
      (<usize>(depth * COLUMNS)) << 2,
      c,
      stride,
      m,
      n,
      depth,
      accumulate != 0 || p > 0,
      biasFirst ? bias : ZEROS,
      p + depth >= k && (biasLast != 0 || activation != 0),
      biasLast,
      activation,
      slope,
    );
  }
}

/** Packs op(x) [k, n] for `prepacked`; n is a multiple of 8, ld in elements. */
export function packPanels(x: usize, ld: i32, transposed: i32, y: usize, k: i32, n: i32): void {
  const step: usize = transposed ? 4 : (<usize>ld) << 2;
  const steps = balanced(k, STEPS);
  for (let p = 0; p < k; p += steps) {
    const depth = min(steps, k - p);
    packB(y + ((<usize>(p * n)) << 2), x + <usize>p * step, ld << 2, n, depth, transposed);
  }
}
