// The broadcasting walker: y[n0, n1, n2] contiguous, y[i0, i1, i2] = op(a[i0 a0 + i1 a1 + i2 a2], b[...]), strides in
// elements, 0 on a broadcast axis. It cuts the range [begin, end) of flat output elements into long runs in which each
// operand is either contiguous or one value, so that one vector loop per operation suffices for every shape. `Functors`
// has the operations of a module, of which one is applied:
//   - both operands contiguous or scalar: a single run;
//   - rows that are not short: a run per row, a repeated value splat into the workspace;
//   - shorter rows: chunks, with strided operands laid out in the workspace first.
import { workspace } from "../workspace";

// Laying out a chunk costs a copy per element, or nothing when all chunks have the same rows.
const SHORT_ROW: i32 = 16;
const SHORT_REPEATED_ROW: i32 = 96;
const CHUNK: i32 = 512;
// Workspace: a splat of a, a splat of b, a chunk of a, a chunk of b (each with room for a whole vector read at its end).
const B_SPLAT: usize = 16;
const A_CHUNK: usize = 64;
const B_CHUNK: usize = A_CHUNK + ((<usize>CHUNK) << 2) + 64;

const STRIDED: i32 = -1;
const SPLAT: i32 = 0;
const CONTIGUOUS: i32 = 16; // SPLAT and CONTIGUOUS are the bytes a pointer advances per vector

function layout(n0: i32, n1: i32, n2: i32, s0: i32, s1: i32, s2: i32): i32 {
  if ((n2 == 1 || s2 == 1) && (n1 == 1 || s1 == n2) && (n0 == 1 || s0 == n1 * n2)) return CONTIGUOUS;
  if ((n2 == 1 || s2 == 0) && (n1 == 1 || s1 == 0) && (n0 == 1 || s0 == 0)) return SPLAT;
  return STRIDED;
}

function splat(value: usize, slot: usize): usize {
  v128.store(slot, v128.load32_splat(value));
  return slot;
}

/** Copies the operand's values for the output elements [from, from + count) one after the other. */
function gather(
  source: usize,
  target: usize,
  from: i32,
  count: i32,
  n1: i32,
  n2: i32,
  s0: i32,
  s1: i32,
  s2: i32,
): void {
  let row = from / n2;
  let i2 = from - row * n2;
  let i1 = row % n1;
  let p = source + (((row / n1) * s0 + i1 * s1 + i2 * s2) << 2);
  const step = s2 << 2;
  const rowStep = (s1 - n2 * s2) << 2;
  const planeStep = (s0 - n1 * s1) << 2;
  for (const end = target + ((<usize>count) << 2); target < end; target += 4) {
    store<u32>(target, load<u32>(p));
    p += step;
    if (++i2 == n2) {
      i2 = 0;
      p += rowStep;
      if (++i1 == n1) {
        i1 = 0;
        p += planeStep;
      }
    }
  }
}

function broadcastRows<Functors>(
  op: i32,
  a: usize,
  b: usize,
  y: usize,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  let row = begin / n2;
  let i2 = begin - row * n2;
  let i1 = row % n1;
  let i0 = row / n1;
  for (let at = begin; at < end;) {
    const count = min(n2 - i2, end - at);
    const pa = a + ((i0 * a0 + i1 * a1 + i2 * a2) << 2);
    const pb = b + ((i0 * b0 + i1 * b1 + i2 * b2) << 2);
    changetype<Functors>(0).apply(
      op,
      a2 ? pa : splat(pa, workspace),
      a2 << 4,
      b2 ? pb : splat(pb, workspace + B_SPLAT),
      b2 << 4,
      y + ((<usize>at) << 2),
      count,
    );
    at += count;
    i2 = 0;
    if (++i1 == n1) {
      i1 = 0;
      i0++;
    }
  }
}

export function broadcast<Functors>(
  op: i32,
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  if (begin >= end) return;
  if (n0 == 1 && n1 == 1) {
    const at = (<usize>begin) << 2;
    const pa = a2 ? a + at : splat(a, workspace);
    const pb = b2 ? b + at : splat(b, workspace + B_SPLAT);
    changetype<Functors>(0).apply(op, pa, a2 << 4, pb, b2 << 4, y + at, end - begin);
    return;
  }
  const aLayout = layout(n0, n1, n2, a0, a1, a2);
  const bLayout = layout(n0, n1, n2, b0, b1, b2);
  const simple = aLayout != STRIDED && bLayout != STRIDED;
  const aRepeats = aLayout != STRIDED || (a1 == 0 && (n0 == 1 || a0 == 0));
  const bRepeats = bLayout != STRIDED || (b1 == 0 && (n0 == 1 || b0 == 0));
  if (!simple && n2 >= (aRepeats && bRepeats ? SHORT_REPEATED_ROW : SHORT_ROW)) {
    broadcastRows<Functors>(op, a, b, y, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
    return;
  }
  // A chunk is whole rows, so an operand that repeats row by row has the same values in every chunk.
  const chunk = simple ? end - begin : CHUNK - (CHUNK % n2);
  let pa = aLayout == SPLAT ? splat(a, workspace) : workspace + A_CHUNK;
  let pb = bLayout == SPLAT ? splat(b, workspace + B_SPLAT) : workspace + B_CHUNK;
  for (let at = begin; at < end; at += chunk) {
    const count = min(chunk, end - at);
    if (aLayout == CONTIGUOUS) pa = a + ((<usize>at) << 2);
    else if (aLayout == STRIDED && (at == begin || !aRepeats)) gather(a, pa, at, count, n1, n2, a0, a1, a2);
    if (bLayout == CONTIGUOUS) pb = b + ((<usize>at) << 2);
    else if (bLayout == STRIDED && (at == begin || !bRepeats)) gather(b, pb, at, count, n1, n2, b0, b1, b2);
    changetype<Functors>(0).apply(op, pa, aLayout & 16, pb, bLayout & 16, y + ((<usize>at) << 2), count);
  }
}
