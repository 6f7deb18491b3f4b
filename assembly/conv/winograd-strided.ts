// The convolution with strides 2 of 4 x 4 to 6 x 6 taps and its gradient with respect to the input by Winograd's method
// (winograd-phases.ts).
import { workspace } from "../workspace";
import { COLUMNS } from "../gemm/tile";
import { FUSED_RELU } from "../layout";
import { Geometry } from "./geometry";
import { PRODUCTS, PRODUCT_PLANE, VALUES, activate, storeImages, storeOutput, tap, transformTaps } from "./winograd";
import { CHANNELS, LINE, NOTHING, multiplyBlocks, multiplyTiles } from "./winograd-multiply";
import { PHASES, kernelTap, lowest, reaches, transformPhases } from "./winograd-phases";
import { PLANE, TILES, VALUES_BYTES, tilesAlong, transformImages } from "./winograd-tiles";

// For the filter's transformation the workspace has the nine taps of a channel, and above them a list of the taps.
const TAPS: i32 = 9 * 16;

/**
 * From one position of a transformed filter to the next: two more channels than there are, so that the 16 values of a
 * channel do not go to the same lines of the cache.
 */
// @ts-ignore: decorator
@inline
function planeOf(channels: i32): usize {
  return (channels + 2) * LINE;
}

/** Lists where a phase's 3 x 3 taps begin, and which bits of a distance count: none for those outside the kernel. */
function listTaps(g: Geometry, filter: usize, phase: i32, turned: i32): void {
  const size: usize = (g.inChannels * g.outChannels) << 2;
  for (let k = 0; k < 9; k++) {
    const i = kernelTap(phase >> 1, k / 3, g.padTop);
    const j = kernelTap(phase & 1, k % 3, g.padLeft);
    const inside = <u32>i < <u32>g.kernelHeight && <u32>j < <u32>g.kernelWidth;
    const entry = workspace + TAPS + ((turned ? 8 - k : k) << 3);
    store<usize>(entry, inside ? filter + <usize>(i * g.kernelWidth + j) * size : NOTHING);
    store<usize>(entry, inside ? <usize>-1 : 0, 4);
  }
}

/** U for one input channel, `distance` bytes from the first, and four output channels, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function transformListed(distance: usize, step: usize, left: i32, to: usize, plane: usize): void {
  for (let k: usize = 0; k < 9; k++) {
    const entry = workspace + TAPS + (k << 3);
    const reached = load<usize>(entry, 4);
    const from = load<usize>(entry) + (distance & reached);
    v128.store(workspace + (k << 4), tap(from, step & reached, left));
  }
  transformTaps(workspace, 16, 4, 4, to, plane);
}

/** U of one phase for eight output channels: [position, input channel, 8]. */
function transformPanel(
  g: Geometry,
  filter: usize,
  phase: i32,
  turned: i32,
  first: i32,
  to: usize,
  plane: usize,
): void {
  const rows = turned ? g.outChannels : g.inChannels;
  const left = (turned ? g.inChannels : g.outChannels) - first;
  const channel: usize = turned ? 4 : g.outChannels << 2;
  const step: usize = turned ? (<usize>g.outChannels) << 2 : 4;
  listTaps(g, filter, phase, turned);
  for (let c = 0, distance = <usize>first * step; c < rows; c++, distance += channel, to += LINE) {
    for (let half = 0; half < 2 && 4 * half < left; half++) {
      transformListed(distance + 4 * half * step, step, left - 4 * half, to + 16 * half, plane);
    }
  }
}

/**
 * The transformed filter: [panel, position, phase, input channel, 8]. `turned`: for the input's gradient, [phase, panel,
 * position, output channel, 8]. Work units: panels, of all phases.
 */
export function winogradStridedFilter(
  filter: usize,
  u: usize,
  geometry: usize,
  turned: i32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  if (turned) {
    const panels = (g.inChannels + COLUMNS - 1) / COLUMNS;
    const plane = planeOf(g.outChannels);
    for (let i = begin; i < end; i++) {
      transformPanel(g, filter, i / panels, 1, (i % panels) * COLUMNS, u + <usize>i * 16 * plane, plane);
    }
    return;
  }
  const plane = planeOf(PHASES * g.inChannels);
  for (let i = begin; i < end; i++) {
    const phase = i % PHASES;
    const panel = i / PHASES;
    const to = u + <usize>panel * 16 * plane + phase * g.inChannels * LINE;
    transformPanel(g, filter, phase, 0, panel * COLUMNS, to, plane);
  }
}

/** out[tiles, 8] = the products of a position, summed over the phases that reach it. */
function multiplyPhases(g: Geometry, position: i32, panel: usize, out: usize, count: i32): void {
  const values = workspace + VALUES + position * PLANE;
  const channels = PHASES * g.inChannels;
  let first = true;
  let from = 0;
  for (let v = 0, phase = 0; v <= channels; v += g.inChannels, phase++) {
    if (phase < PHASES && reaches(g, phase, position)) continue;
    // The phases before this one are multiplied together, as far as they are in one block.
    while (from < v) {
      const at = from % CHANNELS;
      const n = min(v - from, CHANNELS - at);
      const a = values + (from / CHANNELS) * VALUES_BYTES + (at << 2);
      multiplyTiles(a, panel + from * LINE, n, out, count, first);
      first = false;
      from += n;
    }
    from = v + g.inChannels;
  }
  if (first) memory.fill(out, 0, PRODUCT_PLANE);
}

/** y as conv2d, from U of winogradStridedFilter. Work units: rows of tiles, over all images. */
export function winogradStridedConv2d(
  x: usize,
  u: usize,
  bias: usize,
  y: usize,
  geometry: usize,
  activation: i32,
  slope: f32,
  begin: i32,
  end: i32,
): void {
  const g = changetype<Geometry>(geometry);
  const across = tilesAlong(g.outWidth);
  const channels = PHASES * g.inChannels;
  const floor: f32 = activation == FUSED_RELU ? 0 : -Infinity;
  for (let tile = begin * across; tile < end * across; tile += TILES) {
    const count = min(TILES, end * across - tile);
    transformPhases(g, x, tile, count, 0, channels, workspace + VALUES);
    for (let n = 0, panel = u; n < g.outChannels; n += COLUMNS) {
      for (let position = 0; position < 16; position++, panel += planeOf(channels)) {
        multiplyPhases(g, position, panel, workspace + PRODUCTS + position * PRODUCT_PLANE, count);
      }
      storeOutput(g, y, tile, count, n, bias, floor);
    }
    if (activation > FUSED_RELU) activate(g, y, 2, tile, count, activation, slope);
  }
}

/** The products of one phase's eight input channels, from the values of the output's gradient. */
function multiplyTurned(g: Geometry, phase: i32, panel: usize, count: i32): void {
  for (let position = 0; position < 16; position++, panel += planeOf(g.outChannels)) {
    const out = workspace + PRODUCTS + position * PRODUCT_PLANE;
    // Of the filter turned round, the first position belongs to the last tap.
    const row = position >> 2;
    const column = position & 3;
    const y = row % 3 == 0 ? 3 - row : row;
    const x = column % 3 == 0 ? 3 - column : column;
    if (!reaches(g, phase, (y << 2) | x)) {
      memory.fill(out, 0, PRODUCT_PLANE);
      continue;
    }
    multiplyBlocks(workspace + VALUES + position * PLANE, VALUES_BYTES, panel, g.outChannels, out, count);
  }
}

/** The input's gradient of one phase, eight channels from `first` on. */
function storePhase(g: Geometry, dx: usize, phase: i32, first: i32, tile: i32, count: i32): void {
  const y = phase >> 1;
  const x = phase & 1;
  const pixel: usize = g.inChannels << 2;
  const line: usize = <usize>g.inWidth * pixel;
  storeImages(
    dx + <usize>y * line + <usize>x * pixel + (first << 2),
    <usize>g.inHeight * line,
    2 * line,
    2 * pixel,
    (g.inHeight + 1 - y) >> 1,
    (g.inWidth + 1 - x) >> 1,
    tilesAlong((g.inHeight + 1) >> 1),
    tilesAlong((g.inWidth + 1) >> 1),
    tile,
    count,
    min(COLUMNS, g.inChannels - first),
    NOTHING,
    -Infinity,
  );
}

/** The transformed patches of the output's gradient that give `count` tiles of every phase, from `tile` on. */
function transformGradient(g: Geometry, dy: usize, tile: i32, count: i32): void {
  const pixel: usize = g.outChannels << 2;
  const line: usize = <usize>g.outWidth * pixel;
  for (let c = 0, to = workspace + VALUES; c < g.outChannels; c += CHANNELS, to += VALUES_BYTES) {
    transformImages(
      dy + (c << 2),
      <usize>g.outHeight * line,
      line,
      pixel,
      g.outHeight,
      g.outWidth,
      -2 - lowest(g.padTop),
      -2 - lowest(g.padLeft),
      tilesAlong((g.inHeight + 1) >> 1),
      tilesAlong((g.inWidth + 1) >> 1),
      tile,
      count,
      to,
      min(CHANNELS, g.outChannels - c) << 2,
    );
  }
}

/** dx as conv2dInputGradient, from U of winogradStridedFilter. Work units: rows of a phase's tiles, over all images. */
export function winogradStridedInput(dy: usize, u: usize, dx: usize, geometry: usize, begin: i32, end: i32): void {
  const g = changetype<Geometry>(geometry);
  const across = tilesAlong((g.inWidth + 1) >> 1);
  for (let tile = begin * across; tile < end * across; tile += TILES) {
    const count = min(TILES, end * across - tile);
    transformGradient(g, dy, tile, count);
    let panel = u;
    for (let phase = 0; phase < PHASES; phase++) {
      for (let n = 0; n < g.inChannels; n += COLUMNS) {
        multiplyTurned(g, phase, panel, count);
        storePhase(g, dx, phase, n, tile, count);
        panel += 16 * planeOf(g.outChannels);
      }
    }
  }
}
