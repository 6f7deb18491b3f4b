// The gradient of a convolution with respect to its filter: the transposed matrix of patches times the output's
// gradient, summed over all pixels of the batch in fixed blocks. Work units as in gemm: five rows (taps x channels) of
// the result, or eight columns when there are more columns than rows.
import { workspace } from "../workspace";
import { A_BYTES, ZEROS, balanced, strip } from "../gemm/blocked";
import { packB } from "../gemm/pack";
import { COLUMNS, ROWS } from "../gemm/tile";
import { COLUMN_GRAIN, ROW_GRAIN } from "../layout";
import { Geometry } from "./geometry";
import { listRows, packTransposed } from "./pack-transposed";
import { BLOCK_COLUMNS, BLOCK_ROWS, STEPS, inputPatches, Patches } from "./patches";

/** Rows padded to whole panels. */
function wholePanels(rows: i32): i32 {
  return ((rows + ROWS - 1) / ROWS) * ROWS;
}

/**
 * With more bytes from pixel to pixel than this, dy is copied into panels, since its cache lines would evict each
 * other.
 */
const NEAR: i32 = 64;

/** The listed rows, and columns [j, j + width), of df at `at`, summed over the pixels [pixel, pixel + depth). `line`: bytes. */
function addPixels(
  patches: Patches,
  dy: usize,
  at: usize,
  line: i32,
  height: i32,
  width: i32,
  pixel: i32,
  depth: i32,
): void {
  const pack = line > NEAR;
  let panel = dy + pixel * line;
  if (pack) {
    packB(workspace + A_BYTES, panel, line, width, depth, 0);
    panel = workspace + A_BYTES;
  }
  packTransposed(patches, workspace, height, pixel, depth);
  const stride = pack ? COLUMNS * 4 : line;
  for (let q = 0; q < width; q += COLUMNS) {
    const to = at + (q << 2);
    const base = pixel ? to : ZEROS;
    strip(workspace, panel, stride, depth, base, pixel ? <usize>line : 0, to, line, height, min(COLUMNS, width - q));
    panel += pack ? (depth * COLUMNS) << 2 : COLUMNS * 4;
  }
}

/** df[i, j, c, n] = sum over b, r, s of x[b, r sh + i dh - top, s sw + j dw - left, c] dy[b, r, s, n]. */
export function conv2dFilterGradient(x: usize, dy: usize, df: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const patches = inputPatches(g);
  const line = g.outChannels << 2;
  const columns = g.outChannels / g.groups;
  const rows = g.kernelHeight * g.kernelWidth * patches.channels;
  const byRows = rows >= columns;
  const top = byRows ? begin * ROW_GRAIN : 0;
  const bottom = byRows ? min(end * ROW_GRAIN, rows) : rows;
  const left = byRows ? 0 : begin * COLUMN_GRAIN;
  const right = byRows ? columns : min(end * COLUMN_GRAIN, columns);
  if (top >= bottom || left >= right) return;
  const pixels = g.batch * g.outHeight * g.outWidth;
  const steps = balanced(pixels, STEPS);
  const height = wholePanels(balanced(bottom - top, BLOCK_ROWS));
  for (let group = 0; group < g.groups; group++) {
    const first = (group * columns) << 2;
    patches.source = x + ((group * patches.channels) << 2);
    if (pixels == 0) {
      for (let i = top; i < bottom; i++) memory.fill(df + first + i * line + (left << 2), 0, (right - left) << 2);
    }
    for (let j = left; j < right; j += BLOCK_COLUMNS) {
      const width = min(BLOCK_COLUMNS, right - j);
      for (let i = top; i < bottom; i += height) {
        const rows = min(height, bottom - i);
        const at = df + first + i * line + (j << 2);
        listRows(patches, i, rows);
        for (let pixel = 0; pixel < pixels; pixel += steps) {
          addPixels(patches, dy + first + (j << 2), at, line, rows, width, pixel, min(steps, pixels - pixel));
        }
      }
    }
  }
}
