// Panels of the matrix of patches whose rows are taps and channels: A of a product that sums over pixels.
import { ROWS } from "../gemm/tile";
import { ADDRESSES, XS, YS, at, packRun, packSteps, Patches } from "./patches";

/** Columns [column, last) of one destination row where taps may fall outside. `line`: source row 0 of the image. */
function packChecked(patches: Patches, to: usize, line: usize, row: i32, column: i32, last: i32): void {
  for (; column < last; column++) {
    for (let r = 0; r < ROWS; r++) {
      const y = row * patches.stepY + load<i32>(at(YS, r));
      const x = column * patches.stepX + load<i32>(at(XS, r));
      const inside = <u32>y < <u32>patches.height && <u32>x < <u32>patches.width;
      const from = line + (row * patches.stepY * patches.width + column * patches.stepX) * patches.pixel;
      store<f32>(to, inside ? load<f32>(from + load<usize>(at(ADDRESSES, r))) : 0);
      to += 4;
    }
  }
}

/** Lists the taps of a panel's rows from `first` on; the rows missing at the end repeat the first. */
function listTaps(patches: Patches, first: i32, count: i32): bool {
  let adjacent = true;
  for (let r = 0; r < ROWS; r++) {
    const index = r < count ? first + r : first;
    const tap = index / patches.channels;
    const y = patches.firstY + (tap / patches.tapColumns) * patches.tapY;
    const x = patches.firstX + (tap % patches.tapColumns) * patches.tapX;
    const offset = (y * patches.width + x) * patches.pixel + ((index % patches.channels) << 2);
    store<i32>(at(YS, r), y);
    store<i32>(at(XS, r), x);
    store<i32>(at(ADDRESSES, r), offset);
    if (r > 0 && offset - load<i32>(at(ADDRESSES, r - 1)) != 4) adjacent = false;
  }
  return adjacent;
}

/** n steps inside the image: destination pixels of one row, the first of which is at `from`. */
function packStretch(patches: Patches, to: usize, from: usize, n: i32, adjacent: bool): void {
  const next: usize = patches.stepX * patches.pixel;
  if (next == 4) packRun(to, at(ADDRESSES, 0), from, n);
  else if (adjacent) packSteps(to, from + load<usize>(at(ADDRESSES, 0)), next, n);
  else {
    for (; n > 0; n--) {
      for (let r = 0; r < ROWS; r++) store<f32>(to + (r << 2), load<f32>(from + load<usize>(at(ADDRESSES, r))));
      to += ROWS << 2;
      from += next;
    }
  }
}

/** Panels of `count` columns of the matrix from `first` on, pixels [pixel, pixel + depth): A of a product with K = pixels. */
export function packTransposed(patches: Patches, to: usize, first: i32, count: i32, pixel: i32, depth: i32): void {
  const rows = patches.rows;
  const columns = patches.columns;
  const height = patches.height;
  const width = patches.width;
  const stepY = patches.stepY;
  const stepX = patches.stepX;
  for (; count > 0; count -= ROWS) {
    const adjacent = listTaps(patches, first, count);
    // The destination columns for which every tap lies within a source row.
    let from = 0;
    let until = columns;
    let top = i32.MAX_VALUE;
    let bottom = i32.MIN_VALUE;
    for (let r = 0; r < ROWS; r++) {
      const x = load<i32>(at(XS, r));
      const y = load<i32>(at(YS, r));
      if (x < 0) from = max(from, (stepX - 1 - x) / stepX);
      until = x < width ? min(until, (width - 1 - x) / stepX + 1) : 0;
      top = min(top, y);
      bottom = max(bottom, y);
    }
    let column = pixel % columns;
    let row = (pixel / columns) % rows;
    let image = pixel / (columns * rows);
    for (let left = depth; left > 0;) {
      const last = min(columns, column + left);
      const line = patches.source + image * height * width * patches.pixel;
      const inside = row * stepY + top >= 0 && row * stepY + bottom < height;
      const begin = inside ? max(column, min(from, last)) : last;
      const end = inside ? max(begin, min(until, last)) : last;
      packChecked(patches, to, line, row, column, begin);
      const start = line + (row * stepY * width + begin * stepX) * patches.pixel;
      packStretch(patches, to + (((begin - column) * ROWS) << 2), start, end - begin, adjacent);
      packChecked(patches, to + (((end - column) * ROWS) << 2), line, row, end, last);
      to += ((last - column) * ROWS) << 2;
      left -= last - column;
      column = 0;
      if (++row == rows) {
        row = 0;
        image++;
      }
    }
    first += ROWS;
  }
}
