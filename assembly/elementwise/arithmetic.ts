// The functors with two operands that all networks need.
import { ADD, DIV, MUL, SUB } from "../layout";
import { map2, map2Light } from "../simd/map";

@unmanaged
class Add {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.add(a, b);
  }
}
@unmanaged
class Sub {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.sub(a, b);
  }
}
@unmanaged
class Mul {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.mul(a, b);
  }
}
@unmanaged
class Div {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.div(a, b);
  }
}
@unmanaged
class AddI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return i32x4.add(a, b);
  }
}
@unmanaged
class SubI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return i32x4.sub(a, b);
  }
}
@unmanaged
class MulI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return i32x4.mul(a, b);
  }
}

// Each functor has a number: there is one broadcasting walker, which chooses the loop for each run of elements.
/** Added to the number of an operation, it makes that of the same operation on integers. */
export const OF_INTEGERS: i32 = 4;

@unmanaged
export class Arithmetic {
  /** y[i] = a[i] op b[i] for `count` elements; a and b advance by 16 bytes per vector, or by 0 when they hold one splat. */
  apply(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, count: i32): void {
    const none = i32x4.splat(0);
    switch (op) {
      case ADD:
        map2Light<Add>(a, b, y, none, aStep, bStep, count);
        return;
      case SUB:
        map2Light<Sub>(a, b, y, none, aStep, bStep, count);
        return;
      case MUL:
        map2Light<Mul>(a, b, y, none, aStep, bStep, count);
        return;
      case DIV:
        map2<Div>(a, b, y, none, aStep, bStep, count);
        return;
      case ADD + OF_INTEGERS:
        map2Light<AddI32>(a, b, y, none, aStep, bStep, count);
        return;
      case SUB + OF_INTEGERS:
        map2Light<SubI32>(a, b, y, none, aStep, bStep, count);
        return;
      case MUL + OF_INTEGERS:
        map2Light<MulI32>(a, b, y, none, aStep, bStep, count);
        return;
      default:
        unreachable();
    }
  }
}
