// The gradient of a convolution by its filter: the transposed matrix of patches times the output's gradient, a sum
// over all pixels of the batch in fixed blocks, one after the other. Work units as in gemm: five rows
// (taps x channels) of the result, or eight columns when there are more of those.
import { workspace } from "../workspace";
import { A_BYTES, BLOCK_COLUMNS, BLOCK_ROWS, STEPS, ZEROS, balanced, strip } from "../gemm/blocked";
import { packB } from "../gemm/pack";
import { COLUMNS } from "../gemm/tile";
import { Geometry } from "./geometry";
import { packTransposed } from "./pack-transposed";
import { inputPatches, Patches } from "./patches";

const ROW_GRAIN: i32 = 5;
const COLUMN_GRAIN: i32 = 8;

/** Rows [top, bottom) and columns [left, right) of df, summed over the pixels [pixel, pixel + depth). `line`: bytes. */
function addPixels(
  patches: Patches,
  dy: usize,
  df: usize,
  line: i32,
  top: i32,
  bottom: i32,
  left: i32,
  right: i32,
  pixel: i32,
  depth: i32,
): void {
  for (let j = left; j < right; j += BLOCK_COLUMNS) {
    const width = min(BLOCK_COLUMNS, right - j);
    packB(workspace + A_BYTES, dy + pixel * line + (j << 2), line, width, depth, 0);
    for (let i = top; i < bottom; i += BLOCK_ROWS) {
      const height = min(BLOCK_ROWS, bottom - i);
      packTransposed(patches, workspace, i, height, pixel, depth);
      let panel = workspace + A_BYTES;
      for (let q = 0; q < width; q += COLUMNS) {
        const at = df + i * line + ((j + q) << 2);
        const base = pixel ? at : ZEROS;
        strip(
          workspace,
          panel,
          COLUMNS * 4,
          depth,
          base,
          pixel ? <usize>line : 0,
          at,
          line,
          height,
          min(COLUMNS, width - q),
        );
        panel += (depth * COLUMNS) << 2;
      }
    }
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
  for (let group = 0; group < g.groups; group++) {
    const first = (group * columns) << 2;
    patches.source = x + ((group * patches.channels) << 2);
    if (pixels == 0) {
      for (let i = top; i < bottom; i++) memory.fill(df + first + i * line + (left << 2), 0, (right - left) << 2);
    }
    for (let pixel = 0; pixel < pixels; pixel += steps) {
      addPixels(patches, dy + first, df + first, line, top, bottom, left, right, pixel, min(steps, pixels - pixel));
    }
  }
}
