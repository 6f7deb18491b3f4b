// Maps of x and an exponential of x, which expRow computes for a block at a time: in half the time of exp4 in one loop.
import { productMap } from "../elementwise/product";
import { workspace } from "../workspace";
import { EXPONENTIALS, PIECE, expRow } from "./exp-row";
import { map2 } from "./map";

/** Where exp(F.exponent(x)) of n floats is, at most PIECE. */
// @ts-ignore: decorator
@inline
function exponentials<F>(x: usize, n: i32): usize {
  const e = workspace + EXPONENTIALS;
  for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
    v128.store(e + i, changetype<F>(0).exponent(v128.load(x + i)));
  }
  expRow(e, e, n, 0);
  return e;
}

/** y[i] = F(x[i], exp(F.exponent(x[i]))) for i in [begin, end); in place allowed. */
// @ts-ignore: decorator
@inline
export function mapExp<F>(x: usize, y: usize, begin: i32, end: i32): void {
  for (; begin < end; begin += PIECE) {
    const n = min(end - begin, PIECE);
    const at = (<usize>begin) << 2;
    map2<F>(x + at, exponentials<F>(x + at, n), y + at, i32x4.splat(0), 16, 16, n);
  }
}

/** dx[i] = dy[i] F(x[i], exp(F.exponent(x[i])), p) for i in [begin, end); in place allowed. */
// @ts-ignore: decorator
@inline
export function gradientExp<F>(dy: usize, x: usize, dx: usize, p: v128, begin: i32, end: i32): void {
  for (; begin < end; begin += PIECE) {
    const n = min(end - begin, PIECE);
    const at = (<usize>begin) << 2;
    const e = exponentials<F>(x + at, n);
    map2<F>(x + at, e, e, p, 16, 16, n);
    productMap(dy + at, e, dx + at, 0, n);
  }
}
