// Sums over taps for one channel each: of four cells at a time, so that a tap's weights are loaded once and four sums hide
// the latency of the additions, or of one cell. Taps are added in the order of the filter for both, so the bits are the same.
import { multiplyAdd4 } from "../simd/lanes";
import { storeLast } from "../simd/ragged";

/** The taps that a row of cells adds up, and where they find their values. Distances in bytes, any sign. */
@unmanaged
export class Taps {
  /** Address of the first tap's weights. */
  weight: usize;
  rows: i32;
  columns: i32;
  /** From a row (column) of taps to the next in the filter. */
  weightRow: usize;
  weightColumn: usize;
  /** The same in the image. */
  row: usize;
  column: usize;
  /** From a cell to the next in the image, and in the result. */
  next: usize;
  out: usize;
}

/**
 * Whole vectors of channels, up to `end`, of four cells, the first at `out`, from the image at `from`. Loops without a call:
 * where one may go on after a call, engines keep nothing in registers.
 */
function sumFour(taps: Taps, from: usize, out: usize, end: usize): void {
  const columns = taps.columns;
  const next = taps.next;
  const step = taps.out;
  let first = taps.weight;
  for (; out < end; out += 16) {
    let s0 = i32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let row = from;
    let weights = first;
    for (let i = taps.rows; i > 0; i--) {
      let p = row;
      let weight = weights;
      for (let j = columns; j > 0; j--) {
        const w = v128.load(weight);
        s0 = multiplyAdd4(v128.load(p), w, s0);
        const q = p + next;
        s1 = multiplyAdd4(v128.load(q), w, s1);
        s2 = multiplyAdd4(v128.load(q + next), w, s2);
        s3 = multiplyAdd4(v128.load(q + 2 * next), w, s3);
        p += taps.column;
        weight += taps.weightColumn;
      }
      row += taps.row;
      weights += taps.weightRow;
    }
    v128.store(out, s0);
    v128.store(out + step, s1);
    v128.store(out + 2 * step, s2);
    v128.store(out + 3 * step, s3);
    from += 16;
    first += 16;
  }
}

/** The same for three columns of taps that are as far apart as the cells: six loads serve twelve products. */
function sumThreeTaps(taps: Taps, from: usize, out: usize, step: usize, end: usize): void {
  const column = taps.column;
  const line = taps.weightColumn;
  let first = taps.weight;
  for (; out < end; out += 16) {
    let s0 = i32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let p = from;
    let weight = first;
    for (let i = taps.rows; i > 0; i--) {
      const w0 = v128.load(weight);
      const w1 = v128.load(weight + line);
      const w2 = v128.load(weight + 2 * line);
      let q = p;
      s0 = multiplyAdd4(v128.load(q), w0, s0);
      let x = v128.load((q += column));
      s0 = multiplyAdd4(x, w1, s0);
      s1 = multiplyAdd4(x, w0, s1);
      x = v128.load((q += column));
      s0 = multiplyAdd4(x, w2, s0);
      s1 = multiplyAdd4(x, w1, s1);
      s2 = multiplyAdd4(x, w0, s2);
      x = v128.load((q += column));
      s1 = multiplyAdd4(x, w2, s1);
      s2 = multiplyAdd4(x, w1, s2);
      s3 = multiplyAdd4(x, w0, s3);
      x = v128.load((q += column));
      s2 = multiplyAdd4(x, w2, s2);
      s3 = multiplyAdd4(x, w1, s3);
      s3 = multiplyAdd4(v128.load(q + column), w2, s3);
      p += taps.row;
      weight += taps.weightRow;
    }
    v128.store(out + 3 * step, s3);
    v128.store(out + 2 * step, s2);
    v128.store(out + step, s1);
    v128.store(out, s0);
    from += 16;
    first += 16;
  }
}

/** `channels` of one cell from the columns [begin, end) of taps. */
function sumOne(taps: Taps, from: usize, out: usize, channels: i32, begin: i32, end: i32): void {
  from += <usize>begin * taps.column;
  let first = taps.weight + <usize>begin * taps.weightColumn;
  for (; channels > 0; channels -= 4) {
    let sum = i32x4.splat(0);
    let row = from;
    let weights = first;
    for (let i = taps.rows; i > 0; i--) {
      let p = row;
      let weight = weights;
      for (let j = begin; j < end; j++) {
        sum = multiplyAdd4(v128.load(p), v128.load(weight), sum);
        p += taps.column;
        weight += taps.weightColumn;
      }
      row += taps.row;
      weights += taps.weightRow;
    }
    if (channels < 4) {
      storeLast(out, sum, channels);
      return;
    }
    v128.store(out, sum);
    from += 16;
    out += 16;
    first += 16;
  }
}

/** All channels of four cells. */
function sumCells(taps: Taps, from: usize, out: usize, channels: i32): void {
  const whole: usize = (channels & ~3) << 2;
  const end = out + whole;
  if (taps.columns != 3 || (taps.next != taps.column && taps.next != -taps.column)) sumFour(taps, from, out, end);
  else if (taps.next == taps.column) sumThreeTaps(taps, from, out, taps.out, end);
  // From the last cell to the first.
  else sumThreeTaps(taps, from + 3 * taps.next, out + 3 * taps.out, -taps.out, end + 3 * taps.out);
  const rest = channels & 3;
  if (rest == 0) return;
  taps.weight += whole;
  for (let cell: usize = 0; cell < 4; cell++) {
    sumOne(taps, from + whole + cell * taps.next, end + cell * taps.out, rest, 0, taps.columns);
  }
  taps.weight -= whole;
}

/**
 * A row of `count` cells. Cell s reads taps at positions start + s step + j tap, of which those in [0, size) count.
 * `from` is the address of position 0 in the first row of taps.
 */
export function sumRow(
  taps: Taps,
  from: usize,
  out: usize,
  channels: i32,
  pixel: i32,
  count: i32,
  start: i32,
  step: i32,
  tap: i32,
  size: i32,
): void {
  const reach = (taps.columns - 1) * tap;
  const low = min(0, reach);
  const high = max(0, reach);
  for (let s = 0; s < count;) {
    const at = start + s * step;
    // Four cells whose taps are all inside; the last four overlap the four before.
    if (at + low >= 0 && at + high < size && taps.columns > 0) {
      const whole = min(count, (size - 1 - high - start) / step + 1);
      const first = whole - s >= 4 ? s : whole - 4;
      if (first >= 0 && start + first * step + low >= 0) {
        const p = from + <usize>((start + first * step) * pixel);
        sumCells(taps, p, out + <usize>first * taps.out, channels);
        s = first + 4;
        continue;
      }
    }
    let begin = 0;
    let end = taps.columns;
    while (begin < end && <u32>(at + begin * tap) >= <u32>size) begin++;
    while (end > begin && <u32>(at + (end - 1) * tap) >= <u32>size) end--;
    sumOne(taps, from + <usize>(at * pixel), out + <usize>s * taps.out, channels, begin, end);
    s++;
  }
}
