// Implicit GEMM. The matrix of patches has a row for each pixel of the destination and a column for each filter tap and
// channel. Only the panels that the register tile reads next are in memory. Padding is zeros in the panel.
import { workspace } from "../workspace";
import { A_BYTES, B_BYTES } from "../gemm/blocked";
import { ROWS } from "../gemm/tile";
import { Geometry } from "./geometry";

/**
 * The matrix. Column (i, j, c) of pixel (image, row, column) is channel c of the source at
 * y = row stepY + firstY + i tapY, x = column stepX + firstX + j tapX.
 */
@unmanaged
export class Patches {
  /** First channel of the group in the first pixel. */
  source: usize;
  height: i32;
  width: i32;
  /** Bytes from one source pixel to the next. */
  pixel: i32;
  /** Channels of the group. */
  channels: i32;
  /** Destination pixels of an image. */
  rows: i32;
  columns: i32;
  stepY: i32;
  stepX: i32;
  firstY: i32;
  firstX: i32;
  tapRows: i32;
  tapColumns: i32;
  tapY: i32;
  tapX: i32;
}

// Blocks are deeper and shorter than the GEMM's and use the same memory: 9 x 32 taps and channels are still one block,
// so that each element of the result is written once.
export const STEPS: i32 = 384;
export const BLOCK_ROWS: i32 = ROWS == 6 ? 78 : 80;
export const BLOCK_COLUMNS: i32 = 336;

// Workspace after the GEMM's part and its ragged tile: zeros, the matrix, its lists, runs across an image's edge.
const PADDING: i32 = A_BYTES + B_BYTES + 256;
const PADDING_BYTES: i32 = STEPS * 4 + 16;
const PATCHES: i32 = PADDING + PADDING_BYTES;
export const LISTS: i32 = PATCHES + 64;
const LISTS_BYTES: i32 = 128 + STEPS * 28;
const EDGES: i32 = LISTS + LISTS_BYTES;
/** Where the scratch memory of the kernels begins. */
export const AFTER_PATCHES: i32 = EDGES + ROWS * PADDING_BYTES;

/** Zeros enough for a block's steps. */
// @ts-ignore: decorator
@inline
export function padding(): usize {
  return workspace + PADDING;
}

/**
 * `bytes` of pixel i of a panel, of which those before `from` and those from `until` on lie outside the image: a copy
 * with zeros there.
 */
export function acrossEdge(i: i32, source: usize, from: i32, until: i32, bytes: i32): usize {
  const copy = workspace + EDGES + i * PADDING_BYTES;
  for (let at = 0; at < from; at += 16) v128.store(copy + at, i32x4.splat(0));
  for (let at = from; at < until; at += 16) v128.store(copy + at, v128.load(source + at));
  for (let at = until; at < bytes; at += 16) v128.store(copy + at, i32x4.splat(0));
  return copy;
}

/** The one matrix that a kernel works on; its fields are not set yet. */
export function newPatches(): Patches {
  memory.fill(workspace + PADDING, 0, PADDING_BYTES);
  return changetype<Patches>(workspace + PATCHES);
}

/** Sets the patches of a convolution's input, one row for each output pixel. The caller sets `source`. */
export function inputPatches(g: Geometry): Patches {
  const patches = newPatches();
  patches.height = g.inHeight;
  patches.width = g.inWidth;
  patches.pixel = g.inChannels << 2;
  patches.channels = g.inChannels / g.groups;
  patches.rows = g.outHeight;
  patches.columns = g.outWidth;
  patches.stepY = g.strideHeight;
  patches.stepX = g.strideWidth;
  patches.firstY = -g.padTop;
  patches.firstX = -g.padLeft;
  patches.tapRows = g.kernelHeight;
  patches.tapColumns = g.kernelWidth;
  patches.tapY = g.dilationHeight;
  patches.tapX = g.dilationWidth;
  return patches;
}

/** Four floats each of four rows as four steps. */
// @ts-ignore: decorator
@inline
function transpose4(to: usize, step: usize, p0: usize, p1: usize, p2: usize, p3: usize): void {
  const r0 = v128.load(p0);
  const r1 = v128.load(p1);
  const r2 = v128.load(p2);
  const r3 = v128.load(p3);
  const a = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const b = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const c = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const d = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f64>(a, b, 0, 2));
  v128.store(to + step, v128.shuffle<f64>(a, b, 1, 3));
  v128.store(to + 2 * step, v128.shuffle<f64>(c, d, 0, 2));
  v128.store(to + 3 * step, v128.shuffle<f64>(c, d, 1, 3));
}

// @ts-ignore: decorator
@inline
function spread4(to: usize, step: usize, from: usize): void {
  const row = v128.load(from);
  v128.store32_lane(to, row, 0);
  v128.store32_lane(to + step, row, 1);
  v128.store32_lane(to + 2 * step, row, 2);
  v128.store32_lane(to + 3 * step, row, 3);
}

/** n steps of a panel whose rows are contiguous, from p0 to p5 (p4 in tiles of five) on. */
export function packRun(to: usize, n: i32, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize): void {
  const step: usize = ROWS << 2;
  for (; n >= 4; n -= 4) {
    transpose4(to, step, p0, p1, p2, p3);
    spread4(to + 16, step, p4);
    if (ROWS == 6) spread4(to + 20, step, p5);
    to += 4 * step;
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
  for (; n > 0; n--) {
    store<f32>(to, load<f32>(p0));
    store<f32>(to, load<f32>(p1), 4);
    store<f32>(to, load<f32>(p2), 8);
    store<f32>(to, load<f32>(p3), 12);
    store<f32>(to, load<f32>(p4), 16);
    if (ROWS == 6) store<f32>(to, load<f32>(p5), 20);
    to += step;
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    p4 += 4;
    p5 += 4;
  }
}

/** n steps of a panel whose rows are adjacent; `next` bytes from step to step. */
export function packSteps(to: usize, from: usize, next: usize, n: i32): void {
  for (; n > 0; n--) {
    v128.store(to, v128.load(from));
    store<f32>(to, load<f32>(from, 16), 16);
    if (ROWS == 6) store<f32>(to, load<f32>(from, 20), 20);
    to += ROWS << 2;
    from += next;
  }
}
