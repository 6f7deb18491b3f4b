import { map2 } from "../simd/map";

@unmanaged
class Product {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.mul(a, b);
  }
}
/** y = a b for equal sizes, for activations, which need no broadcasting. */
export function productMap(a: usize, b: usize, y: usize, begin: i32, end: i32): void {
  const start = (<usize>begin) << 2;
  map2<Product>(a + start, b + start, y + start, i32x4.splat(0), 16, 16, end - begin);
}
