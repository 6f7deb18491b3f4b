// Sequences x [batch, steps, width], each with its own length: i32 lengths [batch], or 0 when all are full. The valid
// steps are at the beginning of a sequence, so every kernel is a series of block copies. Steps past a length are never
// read and may hold anything. The range counts sequences.

/** Valid steps of sequence b. */
// @ts-ignore: decorator
@inline
export function lengthOf(lengths: usize, b: i32, steps: i32): i32 {
  return lengths ? load<i32>(lengths + ((<usize>b) << 2)) : steps;
}

/** y = x up to each length, 0 after it. In place allowed. */
export function maskSteps(x: usize, lengths: usize, y: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  const row = (<usize>(steps * width)) << 2;
  for (let b = begin; b < end; b++) {
    const valid = (<usize>(lengthOf(lengths, b, steps) * width)) << 2;
    const at = <usize>b * row;
    if (x != y) memory.copy(y + at, x + at, valid);
    memory.fill(y + at + valid, 0, row - valid);
  }
}

/** y[b] = x[b, length - 1]. */
export function lastStep(x: usize, lengths: usize, y: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  for (let b = begin; b < end; b++) {
    const last = b * steps + lengthOf(lengths, b, steps) - 1;
    memory.copy(y + <usize>b * bytes, x + <usize>last * bytes, bytes);
  }
}

/** The adjoint of lastStep: y[b, length - 1] = x[b], 0 elsewhere. */
export function placeLastStep(x: usize, lengths: usize, y: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  memory.fill(y + <usize>(begin * steps) * bytes, 0, <usize>((end - begin) * steps) * bytes);
  for (let b = begin; b < end; b++) {
    const last = b * steps + lengthOf(lengths, b, steps) - 1;
    memory.copy(y + <usize>last * bytes, x + <usize>b * bytes, bytes);
  }
}

/** Each sequence's valid steps in the opposite order, 0 past them. */
export function reverseSteps(x: usize, lengths: usize, y: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  for (let b = begin; b < end; b++) {
    const valid = lengthOf(lengths, b, steps);
    const start = <usize>(b * steps) * bytes;
    for (let t = 0; t < valid; t++) {
      memory.copy(y + start + <usize>t * bytes, x + start + <usize>(valid - 1 - t) * bytes, bytes);
    }
    memory.fill(y + start + <usize>valid * bytes, 0, <usize>(steps - valid) * bytes);
  }
}

/** y[b, 0] = first[b], y[b, t] = x[b, t - 1]: the state before each step. */
export function previousSteps(x: usize, first: usize, y: usize, steps: i32, width: i32, begin: i32, end: i32): void {
  const bytes = (<usize>width) << 2;
  for (let b = begin; b < end; b++) {
    const start = <usize>(b * steps) * bytes;
    memory.copy(y + start, first + <usize>b * bytes, bytes);
    memory.copy(y + start + bytes, x + start, <usize>(steps - 1) * bytes);
  }
}
