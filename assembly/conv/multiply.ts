// The product of the matrix of patches with a filter, for the forward pass and for the input gradient.
import { workspace } from "../workspace";
import { A_BYTES, ZEROS, balanced, strip } from "../gemm/blocked";
import { finish } from "../gemm/finish";
import { packB } from "../gemm/pack";
import { COLUMNS } from "../gemm/tile";
import { storeLanes } from "../simd/ragged";
import { listColumns, packPatches } from "./pack-patches";
import { AFTER_PATCHES, BLOCK_COLUMNS, BLOCK_ROWS, Patches, STEPS } from "./patches";

/** The filter as a matrix [taps x channels, columns], and the destination of the product. Distances in bytes. */
@unmanaged
export class Product {
  patches: Patches;
  /** Tap (0, 0), channel 0, column 0. */
  filter: usize;
  filterRow: i32;
  filterColumn: i32;
  /** From one output channel's line [in, out] of the filter to the next. */
  line: i32;
  /** 1 if the channels of the patches are the filter's output channels, as in the input gradient. */
  transposed: i32;
  columns: i32;
  /** First of the columns in the first pixel. */
  out: usize;
  /** From one destination pixel, row and image to the next. */
  outPixel: i32;
  outRow: i32;
  outImage: i32;
  bias: usize;
  activation: i32;
  slope: f32;
}

const PRODUCT: i32 = AFTER_PATCHES;
const ADDRESSES: i32 = PRODUCT + 64; // of a block's destination pixels
const ROWS_BYTES: i32 = BLOCK_ROWS * 4;
const BLOCK: i32 = ADDRESSES + ROWS_BYTES + 32; // one panel of a block whose destination is not contiguous
const BLOCK_STRIDE: i32 = COLUMNS * 4;

/** The one product that a kernel works on; its fields are not set yet. */
export function newProduct(): Product {
  return changetype<Product>(workspace + PRODUCT);
}

/** Rows [p, p + depth), columns [j, j + width) of the filter into panels. */
function packFilter(product: Product, p: i32, depth: i32, j: i32, width: i32): void {
  const channels = product.patches.channels;
  const taps = product.patches.tapColumns;
  let to = workspace + A_BYTES;
  for (let q = 0; q < width; q += COLUMNS) {
    const columns = min(COLUMNS, width - q);
    const column = (j + q) * (product.transposed ? product.line : 4);
    let skip = p % channels;
    let tap = p / channels;
    for (let left = depth; left > 0;) {
      const n = min(channels - skip, left);
      const at = (tap / taps) * product.filterRow + (tap % taps) * product.filterColumn;
      const from = product.filter + at + column + skip * (product.transposed ? 4 : product.line);
      packB(to, from, product.line, columns, n, product.transposed);
      to += (n * COLUMNS) << 2;
      left -= n;
      skip = 0;
      tap++;
    }
  }
}

/** Lists the addresses of the destination pixels [pixel, pixel + count). */
function listPixels(product: Product, pixel: i32, count: i32): void {
  const rows = product.patches.rows;
  const columns = product.patches.columns;
  for (let i = 0; i < count; i++, pixel++) {
    const row = (pixel / columns) % rows;
    const at =
      (pixel / (columns * rows)) * product.outImage + row * product.outRow + (pixel % columns) * product.outPixel;
    store<usize>(workspace + ADDRESSES + (i << 2), product.out + at);
  }
}

/** Columns [j, j + width <= 8) of the listed pixels, through the workspace. */
function scattered(panel: usize, depth: i32, first: bool, j: i32, width: i32, count: i32): void {
  const block = workspace + BLOCK;
  const list = workspace + ADDRESSES;
  if (!first) {
    for (let i = 0; i < count; i++) {
      const from = load<usize>(list + (i << 2)) + (j << 2);
      v128.store(block + i * BLOCK_STRIDE, v128.load(from));
      if (width > 4) v128.store(block + i * BLOCK_STRIDE, v128.load(from, 16), 16);
    }
  }
  const base = first ? ZEROS : block;
  strip(workspace, panel, BLOCK_STRIDE, depth, base, first ? 0 : BLOCK_STRIDE, block, BLOCK_STRIDE, count, width);
  for (let i = 0; i < count; i++) {
    const to = load<usize>(list + (i << 2)) + (j << 2);
    storeLanes(to, v128.load(block + i * BLOCK_STRIDE), width);
    if (width > 4) storeLanes(to + 16, v128.load(block + i * BLOCK_STRIDE, 16), width - 4);
  }
}

/** Columns [j, j + width) of the pixels [begin, end), summed over rows [p, p + depth) of the filter. */
function multiplyBlock(product: Product, begin: i32, end: i32, p: i32, depth: i32, j: i32, width: i32): void {
  const patches = product.patches;
  const pixel = product.outPixel;
  const contiguous = product.outRow == patches.columns * pixel && product.outImage == patches.rows * product.outRow;
  const whole = patches.channels * patches.tapRows * patches.tapColumns;
  // As in gemm, the bias is the base of a single block, but is added to the sum of several blocks.
  const start = product.bias && depth == whole;
  const last = p + depth == whole && (product.activation != 0 || (product.bias != 0 && depth != whole));
  for (let i = begin; i < end; i += BLOCK_ROWS) {
    const count = min(BLOCK_ROWS, end - i);
    packPatches(patches, workspace, i, count, depth);
    if (!contiguous) listPixels(product, i, count);
    let panel = workspace + A_BYTES;
    for (let q = 0; q < width; q += COLUMNS) {
      const columns = min(COLUMNS, width - q);
      const offset = (j + q) << 2;
      if (contiguous) {
        const at = product.out + i * pixel + offset;
        const base = p > 0 ? at : start ? product.bias + offset : ZEROS;
        strip(workspace, panel, COLUMNS * 4, depth, base, p > 0 ? <usize>pixel : 0, at, pixel, count, columns);
      } else scattered(panel, depth, p == 0, j + q, columns, count);
      panel += (depth * COLUMNS) << 2;
    }
    if (!last) continue;
    const at = product.out + i * pixel + (j << 2);
    const bias: usize = product.bias && !start ? product.bias + (j << 2) : 0;
    // Without a bias, whole pixels are one long row.
    const flat = !bias && pixel == width << 2;
    finish(at, pixel, flat ? 1 : count, flat ? count * width : width, bias, 4, product.activation, product.slope);
  }
}

/** Zeros for destination pixels that no tap reaches. */
function clear(product: Product, begin: i32, end: i32): void {
  for (; begin < end; begin++) {
    listPixels(product, begin, 1);
    memory.fill(load<usize>(workspace + ADDRESSES), 0, product.columns << 2);
  }
}

/** act(patches * filter + bias) for the destination pixels [begin, end). Bias and activation need a contiguous destination. */
export function multiply(product: Product, begin: i32, end: i32): void {
  const patches = product.patches;
  const k = patches.channels * patches.tapRows * patches.tapColumns;
  if (begin >= end) return;
  if (k == 0) {
    clear(product, begin, end);
    return;
  }
  const steps = balanced(k, STEPS);
  for (let j = 0; j < product.columns; j += BLOCK_COLUMNS) {
    const width = min(BLOCK_COLUMNS, product.columns - j);
    for (let p = 0; p < k; p += steps) {
      const depth = min(steps, k - p);
      listColumns(patches, p, depth);
      packFilter(product, p, depth, j, width);
      multiplyBlock(product, begin, end, p, depth, j, width);
    }
  }
}
