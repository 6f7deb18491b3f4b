// Panels of the matrix of patches with taps and channels as rows, the left factor of a product that sums over pixels.
import { workspace } from "../workspace";
import { ROWS } from "../gemm/tile";
import { LISTS, packRun, packSteps, Patches } from "./patches";

// Lists of the rows of a block, one for each panel. For each of six rows: bytes from an output pixel's position in the
// source to the row's tap and channel, and the tap's y and x.
const YS: i32 = 24;
const XS: i32 = 48;
const ADJACENT: i32 = 72; // whether the rows are adjacent in memory
const FROM: i32 = 76; // the output columns [from, until) for which every tap lies within the source's columns
const UNTIL: i32 = 80;
const TOP: i32 = 84; // smallest and largest y
const BOTTOM: i32 = 88;
const PANEL_BYTES: i32 = 96;

/** Lists the rows [first, first + count) in panels; rows missing at the end repeat the panel's first. */
export function listRows(patches: Patches, first: i32, count: i32): void {
  let panel = workspace + LISTS;
  for (; count > 0; count -= ROWS) {
    let adjacent = 1;
    let from = 0;
    let until = patches.columns;
    let top = i32.MAX_VALUE;
    let bottom = i32.MIN_VALUE;
    for (let r = 0; r < ROWS; r++) {
      const index = r < count ? first + r : first;
      const tap = index / patches.channels;
      const y = patches.firstY + (tap / patches.tapColumns) * patches.tapY;
      const x = patches.firstX + (tap % patches.tapColumns) * patches.tapX;
      const offset = (y * patches.width + x) * patches.pixel + ((index % patches.channels) << 2);
      const at = panel + (r << 2);
      if (r > 0 && offset - load<i32>(at - 4) != 4) adjacent = 0;
      store<i32>(at, offset);
      store<i32>(at + YS, y);
      store<i32>(at + XS, x);
      if (x < 0) from = max(from, (patches.stepX - 1 - x) / patches.stepX);
      until = x < patches.width ? min(until, (patches.width - 1 - x) / patches.stepX + 1) : 0;
      top = min(top, y);
      bottom = max(bottom, y);
    }
    store<i32>(panel + ADJACENT, adjacent);
    store<i32>(panel + FROM, from);
    store<i32>(panel + UNTIL, until);
    store<i32>(panel + TOP, top);
    store<i32>(panel + BOTTOM, bottom);
    panel += PANEL_BYTES;
    first += ROWS;
  }
}

/** The output columns [column, last) of `row`, where taps may fall outside. `line`: source row 0 of the image. */
function packChecked(patches: Patches, panel: usize, to: usize, line: usize, row: i32, column: i32, last: i32): void {
  for (; column < last; column++) {
    const from = line + (row * patches.stepY * patches.width + column * patches.stepX) * patches.pixel;
    for (let r = 0; r < ROWS; r++) {
      const at = panel + (r << 2);
      const y = row * patches.stepY + load<i32>(at + YS);
      const x = column * patches.stepX + load<i32>(at + XS);
      const inside = <u32>y < <u32>patches.height && <u32>x < <u32>patches.width;
      store<f32>(to, inside ? load<f32>(from + load<usize>(at)) : 0);
      to += 4;
    }
  }
}

/** n output columns of one row with all taps inside; `from` is the position of the first. */
function packStretch(panel: usize, to: usize, from: usize, next: usize, n: i32): void {
  const p0 = from + load<usize>(panel);
  if (load<i32>(panel + ADJACENT)) {
    packSteps(to, p0, next, n);
    return;
  }
  const p1 = from + load<usize>(panel, 4);
  const p2 = from + load<usize>(panel, 8);
  const p3 = from + load<usize>(panel, 12);
  const p4 = from + load<usize>(panel, 16);
  const p5 = from + load<usize>(panel, 20);
  if (next == 4) {
    packRun(to, n, p0, p1, p2, p3, p4, p5);
    return;
  }
  for (let at: usize = 0; n > 0; n--) {
    store<f32>(to, load<f32>(p0 + at));
    store<f32>(to, load<f32>(p1 + at), 4);
    store<f32>(to, load<f32>(p2 + at), 8);
    store<f32>(to, load<f32>(p3 + at), 12);
    store<f32>(to, load<f32>(p4 + at), 16);
    if (ROWS == 6) store<f32>(to, load<f32>(p5 + at), 20);
    to += ROWS << 2;
    at += next;
  }
}

/** One panel's steps for the pixels [pixel, pixel + depth). */
function packPanel(patches: Patches, panel: usize, to: usize, pixel: i32, depth: i32): void {
  const columns = patches.columns;
  const stepY = patches.stepY;
  const width = patches.width;
  const next = patches.stepX * patches.pixel;
  const from = load<i32>(panel + FROM);
  const until = load<i32>(panel + UNTIL);
  const top = load<i32>(panel + TOP);
  const bottom = load<i32>(panel + BOTTOM);
  let column = pixel % columns;
  let row = (pixel / columns) % patches.rows;
  let line = patches.source + (pixel / (columns * patches.rows)) * patches.height * width * patches.pixel;
  while (depth > 0) {
    const last = min(columns, column + depth);
    const y = row * stepY;
    let begin = last;
    let end = last;
    if (y + top >= 0 && y + bottom < patches.height) {
      begin = max(column, min(from, last));
      end = max(begin, min(until, last));
    }
    if (y + bottom < 0 || y + top >= patches.height) memory.fill(to, 0, ((last - column) * ROWS) << 2);
    else if (column < begin) packChecked(patches, panel, to, line, row, column, begin);
    if (begin < end) {
      const start = line + y * width * patches.pixel + begin * next;
      packStretch(panel, to + (((begin - column) * ROWS) << 2), start, next, end - begin);
    }
    if (end < last) packChecked(patches, panel, to + (((end - column) * ROWS) << 2), line, row, end, last);
    to += ((last - column) * ROWS) << 2;
    depth -= last - column;
    column = 0;
    if (++row == patches.rows) {
      row = 0;
      line += patches.height * width * patches.pixel;
    }
  }
}

/** Panels of the `count` listed rows for the pixels [pixel, pixel + depth). */
export function packTransposed(patches: Patches, to: usize, count: i32, pixel: i32, depth: i32): void {
  let panel = workspace + LISTS;
  for (; count > 0; count -= ROWS) {
    packPanel(patches, panel, to, pixel, depth);
    to += (depth * ROWS) << 2;
    panel += PANEL_BYTES;
  }
}
