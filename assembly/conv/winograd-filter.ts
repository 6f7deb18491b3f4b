// The gradient of a 3 x 3 convolution with respect to its filter by Winograd's method (winograd-tiles.ts): the transpose
// of U -> y, so dg = G^T S G with S = sum over tiles of V * (A dy A^T), a matrix product for each of the 16 positions
// that sums over tiles.
import { workspace } from "../workspace";
import { COLUMNS } from "../gemm/tile";
import { CHANNEL_GRAIN } from "../layout";
import { storeLanes } from "../simd/ragged";
import { Geometry } from "./geometry";
import { CHANNELS, LINE, addTiles } from "./winograd-multiply";
import { AFTER_PATCH, PLANE, TILES, VALUES_BYTES, tilesAlong, transformInput, transformOutput } from "./winograd-tiles";

// Workspace: a patch | V | A dy A^T | S as [position, panel of eight output channels, input channel, 8].
const INPUTS: i32 = AFTER_PATCH;
const OUTPUTS: i32 = INPUTS + VALUES_BYTES;
const SUMS: i32 = OUTPUTS + VALUES_BYTES;
const PANEL: i32 = (CHANNELS + 8) * LINE;
const SUM_PLANE: i32 = (CHANNELS / COLUMNS) * PANEL;
const HALF: usize = memory.data<f32>([0.5, 0.5, 0.5, 0.5], 16);

/** S over all tiles of the batch for `height` input channels from c on and `width` output channels from n on. */
function sumTiles(g: Geometry, x: usize, dy: usize, c: i32, height: i32, n: i32, width: i32): void {
  const tiles = g.batch * tilesAlong(g.outHeight) * tilesAlong(g.outWidth);
  for (let tile = 0; tile < tiles; tile += TILES) {
    const count = min(TILES, tiles - tile);
    transformInput(g, x, tile, count, c, height, workspace + INPUTS);
    transformOutput(g, dy, tile, count, n, width, workspace + OUTPUTS);
    for (let position = 0; position < 16; position++) {
      const a = workspace + INPUTS + position * PLANE;
      let b = workspace + OUTPUTS + position * PLANE;
      let to = workspace + SUMS + position * SUM_PLANE;
      for (let q = 0; q < width; q += COLUMNS) {
        addTiles(a, b, count, to, height, tile == 0);
        b += LINE;
        to += PANEL;
      }
    }
  }
}

/** G^T times a column of S whose positions are p0 to p3: its three taps' row `i`. */
// @ts-ignore: decorator
@inline
export function tapOf(i: i32, s0: v128, s1: v128, s2: v128, s3: v128): v128 {
  const half = v128.load(HALF);
  if (i == 1) return f32x4.mul(half, f32x4.sub(s1, s2));
  return f32x4.add(i == 0 ? s0 : s3, f32x4.mul(half, f32x4.add(s1, s2)));
}

/** The three taps of a row of the filter for four output channels. */
// @ts-ignore: decorator
@inline
function storeTaps(i: i32, from: usize, to: usize, next: usize, columns: i32): void {
  const P = SUM_PLANE;
  const r0 = tapOf(i, v128.load(from), v128.load(from + 4 * P), v128.load(from + 8 * P), v128.load(from + 12 * P));
  from += P;
  const r1 = tapOf(i, v128.load(from), v128.load(from + 4 * P), v128.load(from + 8 * P), v128.load(from + 12 * P));
  from += P;
  const r2 = tapOf(i, v128.load(from), v128.load(from + 4 * P), v128.load(from + 8 * P), v128.load(from + 12 * P));
  from += P;
  const r3 = tapOf(i, v128.load(from), v128.load(from + 4 * P), v128.load(from + 8 * P), v128.load(from + 12 * P));
  storeLanes(to, tapOf(0, r0, r1, r2, r3), columns);
  storeLanes(to + next, tapOf(1, r0, r1, r2, r3), columns);
  storeLanes(to + 2 * next, tapOf(2, r0, r1, r2, r3), columns);
}

/** dg = G^T S G for one block of channels. */
function storeBlock(g: Geometry, df: usize, c: i32, height: i32, n: i32, width: i32): void {
  const line: usize = g.outChannels << 2;
  const next: usize = <usize>g.inChannels * line;
  for (let row = 0; row < height; row++) {
    for (let q = 0; q < width; q += 4) {
      const from = workspace + SUMS + (q >> 3) * PANEL + row * LINE + ((q & 4) << 2);
      const to = df + <usize>(c + row) * line + ((n + q) << 2);
      storeTaps(0, from, to, next, width - q);
      storeTaps(1, from, to + 3 * next, next, width - q);
      storeTaps(2, from, to + 6 * next, next, width - q);
    }
  }
}

/** df as conv2dFilterGradient. Work units: CHANNEL_GRAIN input channels. */
export function winogradFilterGradient(x: usize, dy: usize, df: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const last = min(end * CHANNEL_GRAIN, g.inChannels);
  for (let c = begin * CHANNEL_GRAIN; c < last; c += CHANNELS) {
    const height = min(CHANNELS, last - c);
    for (let n = 0; n < g.outChannels; n += CHANNELS) {
      const width = min(CHANNELS, g.outChannels - n);
      sumTiles(g, x, dy, c, height, n, width);
      storeBlock(g, df, c, height, n, width);
    }
  }
}
