// Panels of the matrix of patches with pixels as rows, the left factor of a product that sums over taps and channels.
import { workspace } from "../workspace";
import { ROWS } from "../gemm/tile";
import { LISTS, STEPS, acrossEdge, packRun, padding, Patches } from "./patches";

// Lists of the columns of the current block: runs that are contiguous in the source, for patches inside the image; and
// runs for patches across its edge, divided at every tap, unless taps are so short that a copy with zeros costs less.
const RUN_COUNT: i32 = LISTS;
const PART_COUNT: i32 = LISTS + 4;
const PIXELS: i32 = LISTS + 16; // of the current panel: address of tap (0, 0), y, bytes from the line, address of a part
const RUNS: i32 = LISTS + 128; // offset, length
const PARTS: i32 = RUNS + STEPS * 8; // offset, length, y, bytes from the line of the source
const OFFSETS: i32 = PARTS + STEPS * 16; // of every column

/** Taps of fewer channels than this are not parts of their own. */
const SHORT: i32 = 32;

const OUTSIDE: i32 = -(1 << 30);

// @ts-ignore: decorator
@inline
function cell(list: i32, i: i32): usize {
  return workspace + list + (i << 2);
}

/** Lists the columns [p, p + depth). */
export function listColumns(patches: Patches, p: i32, depth: i32): void {
  const channels = patches.channels;
  const joined = patches.tapX * patches.pixel == channels << 2;
  let runs = 0;
  let parts = 0;
  let column = 0;
  while (column < depth) {
    const tap = (p + column) / channels;
    const channel = (p + column) % channels;
    const n = min(channels - channel, depth - column);
    const y = (tap / patches.tapColumns) * patches.tapY;
    const inLine = (tap % patches.tapColumns) * patches.tapX * patches.pixel + (channel << 2);
    const offset = y * patches.width * patches.pixel + inLine;
    const goesOn = joined && runs > 0 && tap % patches.tapColumns != 0;
    if (!goesOn) store<i32>(cell(RUNS, runs++ << 1), offset);
    lengthen(cell(RUNS, 2 * runs - 1), n, goesOn);
    const isPart = !goesOn || channels >= SHORT;
    if (isPart) {
      const part = cell(PARTS, parts++ << 2);
      store<i32>(part, offset);
      store<i32>(part, y, 8);
      store<i32>(part, inLine, 12);
    }
    lengthen(cell(PARTS, 4 * parts - 3), n, !isPart);
    for (let i = 0; i < n; i++) store<i32>(cell(OFFSETS, column + i), offset + (i << 2));
    column += n;
  }
  store<i32>(cell(RUN_COUNT, 0), runs);
  store<i32>(cell(PART_COUNT, 0), parts);
}

/** Adds n to a length, or sets it. */
// @ts-ignore: decorator
@inline
function lengthen(length: usize, n: i32, add: bool): void {
  store<i32>(length, add ? load<i32>(length) + n : n);
}

/** A panel of pixels whose values for each column lie side by side. */
function packAdjacent(to: usize, from: usize, depth: i32): void {
  const end = cell(OFFSETS, depth);
  for (let list = cell(OFFSETS, 0); list < end; list += 4) {
    const source = from + load<usize>(list);
    v128.store(to, v128.load(source));
    store<f32>(to, load<f32>(source, 16), 16);
    if (ROWS == 6) store<f32>(to, load<f32>(source, 20), 20);
    to += ROWS << 2;
  }
}

/** A panel of pixels with whole patches, tap (0, 0) of each at p0 to p5. */
function packRuns(to: usize, p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize): void {
  const end = cell(RUNS, 2 * load<i32>(cell(RUN_COUNT, 0)));
  for (let list = cell(RUNS, 0); list < end; list += 8) {
    const n = load<i32>(list, 4);
    const at = load<usize>(list);
    packRun(to, n, p0 + at, p1 + at, p2 + at, p3 + at, p4 + at, p5 + at);
    to += (n * ROWS) << 2;
  }
}

/**
 * Lists a panel's pixels, the first at `column`, `row`, `image`. Returns whether the patches of all lie inside the
 * image.
 */
function listPixels(patches: Patches, column: i32, row: i32, image: i32, count: i32): bool {
  const lastY = patches.height - 1 - (patches.tapRows - 1) * patches.tapY;
  const lastX = patches.width - 1 - (patches.tapColumns - 1) * patches.tapX;
  let whole = count >= ROWS;
  for (let i = 0; i < ROWS; i++) {
    const y = row * patches.stepY + patches.firstY;
    const x = column * patches.stepX + patches.firstX;
    const at = cell(PIXELS, i);
    store<usize>(at, patches.source + ((image * patches.height + y) * patches.width + x) * patches.pixel);
    store<i32>(at, i < count ? y : OUTSIDE, 24);
    store<i32>(at, x * patches.pixel, 48);
    if (y < 0 || y > lastY || x < 0 || x > lastX) whole = false;
    if (++column == patches.columns) {
      column = 0;
      if (++row == patches.rows) {
        row = 0;
        image++;
      }
    }
  }
  return whole;
}

/** A panel of listed pixels, which may lie anywhere; what is outside the image is read from zeros. */
function packListed(patches: Patches, to: usize): void {
  const end = cell(PARTS, 4 * load<i32>(cell(PART_COUNT, 0)));
  const height = patches.height;
  const line = patches.width * patches.pixel;
  for (let list = cell(PARTS, 0); list < end; list += 16) {
    const n = load<i32>(list, 4);
    const bytes = n << 2;
    for (let i = 0; i < ROWS; i++) {
      const at = cell(PIXELS, i);
      const y = load<i32>(at, 24) + load<i32>(list, 8);
      const first = load<i32>(at, 48) + load<i32>(list, 12);
      let source = load<usize>(at) + load<usize>(list);
      if (<u32>y >= <u32>height) source = padding();
      else if (first < 0 || first + bytes > line) {
        if (first <= -bytes || first >= line) source = padding();
        else source = acrossEdge(i, source, max(0, -first), min(bytes, line - first), bytes);
      }
      store<usize>(at, source, 72);
    }
    const p = cell(PIXELS, 18);
    packRun(
      to,
      n,
      load<usize>(p),
      load<usize>(p, 4),
      load<usize>(p, 8),
      load<usize>(p, 12),
      load<usize>(p, 16),
      load<usize>(p, 20),
    );
    to += (n * ROWS) << 2;
  }
}

/** Panels of `count` pixels from `pixel` on, of the columns listed, `depth` in number. */
export function packPatches(patches: Patches, to: usize, pixel: i32, count: i32, depth: i32): void {
  const rows = patches.rows;
  const columns = patches.columns;
  const next: usize = patches.stepX * patches.pixel;
  const lastY = patches.height - 1 - (patches.tapRows - 1) * patches.tapY;
  const lastX = patches.width - 1 - (patches.tapColumns - 1) * patches.tapX - (ROWS - 1) * patches.stepX;
  let column = pixel % columns;
  let row = (pixel / columns) % rows;
  let image = pixel / (columns * rows);
  for (; count > 0; count -= ROWS) {
    const y = row * patches.stepY + patches.firstY;
    const x = column * patches.stepX + patches.firstX;
    if (count >= ROWS && column + ROWS <= columns && y >= 0 && y <= lastY && x >= 0 && x <= lastX) {
      const from = patches.source + ((image * patches.height + y) * patches.width + x) * patches.pixel;
      if (next == 4) packAdjacent(to, from, depth);
      else packRuns(to, from, from + next, from + 2 * next, from + 3 * next, from + 4 * next, from + 5 * next);
    } else if (listPixels(patches, column, row, image, count)) {
      const p = cell(PIXELS, 0);
      packRuns(
        to,
        load<usize>(p),
        load<usize>(p, 4),
        load<usize>(p, 8),
        load<usize>(p, 12),
        load<usize>(p, 16),
        load<usize>(p, 20),
      );
    } else packListed(patches, to);
    to += (depth * ROWS) << 2;
    column += ROWS;
    while (column >= columns) {
      column -= columns;
      if (++row == rows) {
        row = 0;
        image++;
      }
    }
  }
}
