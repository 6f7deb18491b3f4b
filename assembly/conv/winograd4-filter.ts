// The gradient of a 3 x 3 convolution with respect to its filter by Winograd's method F(4 x 4, 3 x 3)
// (winograd4-tiles.ts): dg = G^T S G with S = sum over tiles of V * (A dy A^T), as in winograd-filter.ts.
import { workspace } from "../workspace";
import { COLUMNS, ROWS } from "../gemm/tile";
import { CHANNEL_GRAIN } from "../layout";
import { storeLanes } from "../simd/ragged";
import { Geometry } from "./geometry";
import { CHANNELS, LINE, addTiles } from "./winograd-multiply";
import { tapLine } from "./winograd4-lines";
import { AFTER_COLUMNS, POSITIONS, SUMMED_PLANE, SUMMED_TILES, Summed } from "./winograd4-places";
import { tilesAlong, transformInput, transformOutput } from "./winograd4-tiles";

/** Input channels at a time, whole register tiles: the sums of 64 would not fit into the workspace. */
const HEIGHT: i32 = ROWS == 6 ? 36 : 35;

// Workspace: zeros and columns | V | A dy A^T | S as [position, panel of eight output channels, input channel, 8].
const VALUES_BYTES: i32 = POSITIONS * <i32>SUMMED_PLANE;
const INPUTS: i32 = AFTER_COLUMNS;
const OUTPUTS: i32 = INPUTS + VALUES_BYTES;
const SUMS: i32 = OUTPUTS + VALUES_BYTES;
const PANEL: i32 = HEIGHT * LINE;
const SUM_PLANE: i32 = (CHANNELS / COLUMNS) * PANEL;

/** S over all tiles of the batch for `height` input channels from c on and `width` output channels from n on. */
function sumTiles(g: Geometry, x: usize, dy: usize, c: i32, height: i32, n: i32, width: i32): void {
  const tiles = g.batch * tilesAlong(g.outHeight) * tilesAlong(g.outWidth);
  for (let tile = 0; tile < tiles; tile += SUMMED_TILES) {
    const count = min(SUMMED_TILES, tiles - tile);
    transformInput<Summed>(g, x, tile, count, c, height, workspace + INPUTS);
    transformOutput<Summed>(g, dy, tile, count, n, width, workspace + OUTPUTS);
    for (let position = 0; position < POSITIONS; position++) {
      const a = workspace + INPUTS + <usize>position * SUMMED_PLANE;
      let b = workspace + OUTPUTS + <usize>position * SUMMED_PLANE;
      let to = workspace + SUMS + position * SUM_PLANE;
      for (let q = 0; q < width; q += COLUMNS) {
        addTiles(a, b, count, to, height, tile == 0);
        b += LINE;
        to += PANEL;
      }
    }
  }
}

/** dg = G^T S G for one block of channels. */
function storeBlock(g: Geometry, df: usize, c: i32, height: i32, n: i32, width: i32): void {
  const line: usize = g.outChannels << 2;
  const next: usize = <usize>g.inChannels * line;
  for (let row = 0; row < height; row++) {
    for (let q = 0; q < width; q += 4) {
      const from = workspace + SUMS + (q >> 3) * PANEL + row * LINE + ((q & 4) << 2);
      for (let j = 0, at = from; j < 6; j++, at += SUM_PLANE) tapLine(at, 6 * SUM_PLANE);
      let to = df + <usize>(c + row) * line + ((n + q) << 2);
      for (let i = 0, at = from; i < 3; i++, at += 6 * SUM_PLANE) {
        tapLine(at, SUM_PLANE);
        for (let j = 0; j < 3; j++, to += next) storeLanes(to, v128.load(at + j * SUM_PLANE), width - q);
      }
    }
  }
}

/** df as conv2dFilterGradient. Work units: CHANNEL_GRAIN input channels. */
export function winograd4FilterGradient(x: usize, dy: usize, df: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const last = min(end * CHANNEL_GRAIN, g.inChannels);
  for (let c = begin * CHANNEL_GRAIN; c < last; c += HEIGHT) {
    const height = min(HEIGHT, last - c);
    for (let n = 0; n < g.outChannels; n += CHANNELS) {
      const width = min(CHANNELS, g.outChannels - n);
      sumTiles(g, x, dy, c, height, n, width);
      storeBlock(g, df, c, height, n, width);
    }
  }
}
