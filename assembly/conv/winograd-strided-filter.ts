// The gradient of a convolution with strides 2 with respect to its filter by Winograd's method (winograd-phases.ts). As
// in winograd-filter.ts, dg = G^T S G for every phase, but S is a product of the output's gradient with the input: its
// columns are panels of eight input channels of one phase, which leave out the positions that the phase does not reach.
import { workspace } from "../workspace";
import { COLUMNS } from "../gemm/tile";
import { CHANNEL_GRAIN } from "../layout";
import { Geometry } from "./geometry";
import { tapOf } from "./winograd-filter";
import { CHANNELS, LINE, addTiles } from "./winograd-multiply";
import { PHASES, kernelTap, reaches, transformPhases } from "./winograd-phases";
import { AFTER_PATCH, PLANE, TILES, VALUES_BYTES, tilesAlong, transformOutput } from "./winograd-tiles";

// Workspace: a patch | V | A dy A^T | S as [position, panel of eight input channels, output channel, 8].
const INPUTS: i32 = AFTER_PATCH;
const OUTPUTS: i32 = INPUTS + VALUES_BYTES;
const SUMS: i32 = OUTPUTS + VALUES_BYTES;
const PANEL: i32 = (CHANNELS + 8) * LINE;
const SUM_PLANE: i32 = (CHANNELS / COLUMNS) * PANEL;

/** S over all tiles of the batch for the phases' channels [first, last) and `height` output channels from n on. */
function sumTiles(g: Geometry, x: usize, dy: usize, first: i32, last: i32, n: i32, height: i32): void {
  const tiles = g.batch * tilesAlong(g.outHeight) * tilesAlong(g.outWidth);
  for (let tile = 0; tile < tiles; tile += TILES) {
    const count = min(TILES, tiles - tile);
    transformPhases(g, x, tile, count, first, last, workspace + INPUTS);
    transformOutput(g, dy, tile, count, n, height, workspace + OUTPUTS);
    for (let position = 0; position < 16; position++) {
      const a = workspace + OUTPUTS + position * PLANE;
      let b = workspace + INPUTS + position * PLANE;
      let to = workspace + SUMS + position * SUM_PLANE;
      for (let v = first; v < last; v += COLUMNS) {
        if (reaches(g, v / g.inChannels, position)) addTiles(a, b, count, to, height, tile == 0);
        b += LINE;
        to += PANEL;
      }
    }
  }
}

/** Row i of G^T S, in one of its four columns: `from` is the column's first position. */
// @ts-ignore: decorator
@inline
function tapIn(i: i32, from: usize): v128 {
  const P = SUM_PLANE;
  return tapOf(i, v128.load(from), v128.load(from + 4 * P), v128.load(from + 8 * P), v128.load(from + 12 * P));
}

/** The taps of a phase for four input channels of one output channel. Sums that were left out reach no tap. */
function storeTaps(g: Geometry, from: usize, df: usize, phase: i32): void {
  const next: usize = g.outChannels << 2;
  const size = <usize>g.inChannels * next;
  for (let t = 0; t < 3; t++) {
    const i = kernelTap(phase >> 1, t, g.padTop);
    if (<u32>i >= <u32>g.kernelHeight) continue;
    const r0 = tapIn(t, from);
    const r1 = tapIn(t, from + SUM_PLANE);
    const r2 = tapIn(t, from + 2 * SUM_PLANE);
    const r3 = tapIn(t, from + 3 * SUM_PLANE);
    for (let s = 0; s < 3; s++) {
      const j = kernelTap(phase & 1, s, g.padLeft);
      if (<u32>j >= <u32>g.kernelWidth) continue;
      const sum = tapOf(s, r0, r1, r2, r3);
      const to = df + <usize>(i * g.kernelWidth + j) * size;
      v128.store32_lane(to, sum, 0);
      v128.store32_lane(to + next, sum, 1);
      v128.store32_lane(to + 2 * next, sum, 2);
      v128.store32_lane(to + 3 * next, sum, 3);
    }
  }
}

/** dg = G^T S G for one block of channels. */
function storeBlock(g: Geometry, df: usize, first: i32, last: i32, n: i32, height: i32): void {
  for (let v = first; v < last; v += 4) {
    const at = v - first;
    const from = workspace + SUMS + (at >> 3) * PANEL + ((at & 4) << 2);
    const to = df + (((v % g.inChannels) * g.outChannels + n) << 2);
    for (let row = 0; row < height; row++) storeTaps(g, from + row * LINE, to + (row << 2), v / g.inChannels);
  }
}

/** df as conv2dFilterGradient. Work units: CHANNEL_GRAIN input channels of a phase, of which there are a multiple of 8. */
export function winogradStridedFilterGradient(
  x: usize,
  dy: usize,
  df: usize,
  geometry: usize,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const last = min(end * CHANNEL_GRAIN, PHASES * g.inChannels);
  for (let v = begin * CHANNEL_GRAIN; v < last; v += CHANNELS) {
    const until = min(v + CHANNELS, last);
    for (let n = 0; n < g.outChannels; n += CHANNELS) {
      const height = min(CHANNELS, g.outChannels - n);
      sumTiles(g, x, dy, v, until, n, height);
      storeBlock(g, df, v, until, n, height);
    }
  }
}
