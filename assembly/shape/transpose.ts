// The inner loop of a permutation. The source is contiguous along one axis, the target along the other.

/** Sixteen floats: lane j of source row i goes to lane i of target row j. */
// @ts-ignore: decorator
@inline
export function transposeBlock(x: usize, xStride: usize, y: usize, yStride: usize): void {
  const a = v128.load(x);
  const b = v128.load(x + xStride);
  const c = v128.load(x + 2 * xStride);
  const d = v128.load(x + 3 * xStride);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5); // a0 b0 a1 b1
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7); // a2 b2 a3 b3
  const CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(y, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(y + yStride, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(y + 2 * yStride, v128.shuffle<i64>(AB, CD, 0, 2));
  v128.store(y + 3 * yStride, v128.shuffle<i64>(AB, CD, 1, 3));
}

/** Number of source rows visited together, so that their cache lines are still there for the next four columns. */
const TILE: i32 = 16;

/** y[a * yStride + 4 b] = x[4 a + b * xStride] for a < na, b < nb; strides in bytes. */
export function transpose2d(x: usize, xStride: usize, y: usize, yStride: usize, na: i32, nb: i32): void {
  const wholeA = na & ~3;
  const wholeB = nb & ~3;
  for (let tile = 0; tile < wholeB; tile += TILE) {
    const stop = min(tile + TILE, wholeB);
    for (let a = 0; a < wholeA; a += 4) {
      for (let b = tile; b < stop; b += 4) {
        transposeBlock(
          x + ((<usize>a) << 2) + <usize>b * xStride,
          xStride,
          y + <usize>a * yStride + ((<usize>b) << 2),
          yStride,
        );
      }
    }
  }
  for (let a = 0; a < na; a++) {
    for (let b = a < wholeA ? wholeB : 0; b < nb; b++) {
      store<i32>(y + <usize>a * yStride + ((<usize>b) << 2), load<i32>(x + ((<usize>a) << 2) + <usize>b * xStride));
    }
  }
}
