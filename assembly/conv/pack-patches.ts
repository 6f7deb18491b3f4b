// Panels of the matrix of patches whose rows are pixels: A of a product that sums over taps and channels.
import { workspace } from "../workspace";
import { ROWS } from "../gemm/tile";
import { ADDRESSES, OUTSIDE, PADDING, POINTERS, XS, YS, at, packRun, packSteps, Patches } from "./patches";

/** Columns [p, p + depth) of a panel of pixels whose patches lie within the image. */
function packInside(patches: Patches, to: usize, p: i32, depth: i32, adjacent: bool): void {
  // What is contiguous in the source: the channels of a tap, or of a row of taps.
  const joined = patches.tapX * patches.pixel == patches.channels << 2;
  const taps = joined ? 1 : patches.tapColumns;
  const length = joined ? patches.channels * patches.tapColumns : patches.channels;
  const down = patches.tapY * patches.width * patches.pixel;
  let i = p / (length * taps);
  let j = (p / length) % taps;
  let skip = p % length;
  while (depth > 0) {
    const n = min(length - skip, depth);
    const offset = i * down + j * patches.tapX * patches.pixel + (skip << 2);
    if (adjacent) packSteps(to, load<usize>(at(ADDRESSES, 0)) + offset, 4, n);
    else packRun(to, at(ADDRESSES, 0), offset, n);
    to += (n * ROWS) << 2;
    depth -= n;
    skip = 0;
    if (++j == taps) {
      j = 0;
      i++;
    }
  }
}

/** The same where taps may fall outside: each pixel's tap is then read from zeros. */
function packBorder(patches: Patches, to: usize, p: i32, depth: i32): void {
  const channels = patches.channels;
  const tapColumns = patches.tapColumns;
  let i = p / (channels * tapColumns);
  let j = (p / channels) % tapColumns;
  let skip = p % channels;
  while (depth > 0) {
    const n = min(channels - skip, depth);
    const down = i * patches.tapY;
    const right = j * patches.tapX;
    const offset = (down * patches.width + right) * patches.pixel + (skip << 2);
    for (let r = 0; r < ROWS; r++) {
      const y = load<i32>(at(YS, r)) + down;
      const x = load<i32>(at(XS, r)) + right;
      const inside = <u32>y < <u32>patches.height && <u32>x < <u32>patches.width;
      store<usize>(at(POINTERS, r), inside ? load<usize>(at(ADDRESSES, r)) + offset : workspace + PADDING);
    }
    packRun(to, at(POINTERS, 0), 0, n);
    to += (n * ROWS) << 2;
    depth -= n;
    skip = 0;
    if (++j == tapColumns) {
      j = 0;
      i++;
    }
  }
}

/** Panels of `count` pixels from `pixel` on, columns [p, p + depth): A of a product with K = taps. */
export function packPatches(patches: Patches, to: usize, pixel: i32, count: i32, p: i32, depth: i32): void {
  const rows = patches.rows;
  const columns = patches.columns;
  const height = patches.height;
  const width = patches.width;
  const lastY = height - 1 - (patches.tapRows - 1) * patches.tapY;
  const lastX = width - 1 - (patches.tapColumns - 1) * patches.tapX;
  let column = pixel % columns;
  let row = (pixel / columns) % rows;
  let image = pixel / (columns * rows);
  for (; count > 0; count -= ROWS) {
    const adjacent = patches.stepX * patches.pixel == 4 && column + ROWS <= columns;
    let inside = count >= ROWS;
    for (let r = 0; r < ROWS; r++) {
      const y = r < count ? row * patches.stepY + patches.firstY : OUTSIDE;
      const x = column * patches.stepX + patches.firstX;
      store<i32>(at(YS, r), y);
      store<i32>(at(XS, r), x);
      store<usize>(at(ADDRESSES, r), patches.source + ((image * height + y) * width + x) * patches.pixel);
      if (y < 0 || y > lastY || x < 0 || x > lastX) inside = false;
      if (++column == columns) {
        column = 0;
        if (++row == rows) {
          row = 0;
          image++;
        }
      }
    }
    if (inside) packInside(patches, to, p, depth, adjacent);
    else packBorder(patches, to, p, depth);
    to += (depth * ROWS) << 2;
  }
}
