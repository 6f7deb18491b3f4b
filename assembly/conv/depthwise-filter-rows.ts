// Sums for the filter gradient of a depthwise convolution whose filter has three columns and moves by one pixel: a row of
// the output's gradient times one or three rows of the image. A column of the image meets all of its taps at once, so each
// value is loaded once. Sums over the pixels go on from row to row, in the order of the general method.
import { multiplyAdd4 } from "../simd/lanes";

/** Bytes of the three sums of a filter row, for four channels. */
export const ROW_SUMS: usize = 48;

/**
 * Adds to three filter rows. A column of the image is the tap 0 of output `s`, the tap 1 of the one before it, and so on;
 * `from` and `dy` are the addresses of column s in the image and of output s, at the four channels. `line` is the distance
 * of pixels, `row` that of the rows of taps in the image. Columns end at `until`, outputs at `width`, 2 or more.
 */
export function addThreeRows(
  from: usize,
  row: usize,
  dy: usize,
  line: usize,
  sums: usize,
  s: i32,
  until: i32,
  width: i32,
): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  let t0 = v128.load(sums, 48);
  let t1 = v128.load(sums, 64);
  let t2 = v128.load(sums, 80);
  let u0 = v128.load(sums, 96);
  let u1 = v128.load(sums, 112);
  let u2 = v128.load(sums, 128);
  if (s == 0 && s < until) {
    const d = v128.load(dy);
    s0 = multiplyAdd4(v128.load(from), d, s0);
    t0 = multiplyAdd4(v128.load(from + row), d, t0);
    u0 = multiplyAdd4(v128.load(from + 2 * row), d, u0);
    from += line;
    dy += line;
    s++;
  }
  let b = v128.load(dy - line);
  if (s == 1 && s < until) {
    const d = v128.load(dy);
    let x = v128.load(from);
    s0 = multiplyAdd4(x, d, s0);
    s1 = multiplyAdd4(x, b, s1);
    x = v128.load(from + row);
    t0 = multiplyAdd4(x, d, t0);
    t1 = multiplyAdd4(x, b, t1);
    x = v128.load(from + 2 * row);
    u0 = multiplyAdd4(x, d, u0);
    u1 = multiplyAdd4(x, b, u1);
    from += line;
    dy += line;
    b = d;
    s++;
  }
  let c = v128.load(dy - 2 * line);
  for (let left = min(until, width) - s; left > 0; left--) {
    const d = v128.load(dy);
    let x = v128.load(from);
    s0 = multiplyAdd4(x, d, s0);
    s1 = multiplyAdd4(x, b, s1);
    s2 = multiplyAdd4(x, c, s2);
    x = v128.load(from + row);
    t0 = multiplyAdd4(x, d, t0);
    t1 = multiplyAdd4(x, b, t1);
    t2 = multiplyAdd4(x, c, t2);
    x = v128.load(from + 2 * row);
    u0 = multiplyAdd4(x, d, u0);
    u1 = multiplyAdd4(x, b, u1);
    u2 = multiplyAdd4(x, c, u2);
    from += line;
    dy += line;
    c = b;
    b = d;
  }
  s = max(s, min(until, width));
  if (s == width && s < until) {
    let x = v128.load(from);
    s1 = multiplyAdd4(x, b, s1);
    s2 = multiplyAdd4(x, c, s2);
    x = v128.load(from + row);
    t1 = multiplyAdd4(x, b, t1);
    t2 = multiplyAdd4(x, c, t2);
    x = v128.load(from + 2 * row);
    u1 = multiplyAdd4(x, b, u1);
    u2 = multiplyAdd4(x, c, u2);
    from += line;
    c = b;
    s++;
  }
  if (s == width + 1 && s < until) {
    s2 = multiplyAdd4(v128.load(from), c, s2);
    t2 = multiplyAdd4(v128.load(from + row), c, t2);
    u2 = multiplyAdd4(v128.load(from + 2 * row), c, u2);
  }
  // In this order V8 keeps all of the loop in registers.
  v128.store(sums, u0, 96);
  v128.store(sums, u1, 112);
  v128.store(sums, u2, 128);
  v128.store(sums, t0, 48);
  v128.store(sums, t1, 64);
  v128.store(sums, t2, 80);
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
}

/** The same for one filter row: what remains at the upper and the lower edge. */
export function addOneRow(from: usize, dy: usize, line: usize, sums: usize, s: i32, until: i32, width: i32): void {
  let s0 = v128.load(sums);
  let s1 = v128.load(sums, 16);
  let s2 = v128.load(sums, 32);
  for (; s < until; s++) {
    const x = v128.load(from);
    if (s < width) s0 = multiplyAdd4(x, v128.load(dy), s0);
    if (<u32>(s - 1) < <u32>width) s1 = multiplyAdd4(x, v128.load(dy - line), s1);
    if (<u32>(s - 2) < <u32>width) s2 = multiplyAdd4(x, v128.load(dy - 2 * line), s2);
    from += line;
    dy += line;
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
}
