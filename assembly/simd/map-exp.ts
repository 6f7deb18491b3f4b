// Maps of x and an exponential of x, which expRow computes for a block at a time: in half the time of exp4 in one loop.
import { workspace } from "../workspace";
import { expRow } from "./exp-row";
import { map2 } from "./map";

/** Floats of a block. */
const BLOCK: i32 = 128;
/** Where the exponentials are, behind what expRow has in the workspace. */
const EXPONENTIALS: usize = 4096;

/** y[i] = F(x[i], exp(F.exponent(x[i]))) for i in [begin, end); in place allowed. */
// @ts-ignore: decorator
@inline
export function mapExp<F>(x: usize, y: usize, begin: i32, end: i32): void {
  const e = workspace + EXPONENTIALS;
  for (; begin < end; begin += BLOCK) {
    const n = min(end - begin, BLOCK);
    const at = (<usize>begin) << 2;
    for (let i: usize = 0; i < (<usize>n) << 2; i += 16) {
      v128.store(e + i, changetype<F>(0).exponent(v128.load(x + at + i)));
    }
    expRow(e, e, n, 0);
    map2<F>(x + at, e, y + at, i32x4.splat(0), 16, 16, n);
  }
}
