// The other functors with two operands. Comparisons give 1.0 or 0.0, for integers too. maximum and minimum give NaN
// when either operand is NaN.
import { ONE } from "../simd/lanes";
import { atan2_4 } from "../simd/inverse-trigonometry";
import { map2, map2Light } from "../simd/map";
import { pow4 } from "../simd/pow";
import { floorDivide4, floorDivideI32x4, mod4, modI32x4 } from "../simd/quotient";

@unmanaged
class Pow {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return pow4(a, b);
  }
}
@unmanaged
class Maximum {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.max(a, b);
  }
}
@unmanaged
class Minimum {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return f32x4.min(a, b);
  }
}
@unmanaged
class Greater {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(f32x4.gt(a, b), v128.load(ONE));
  }
}
@unmanaged
class Less {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(f32x4.lt(a, b), v128.load(ONE));
  }
}
@unmanaged
class Equal {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(f32x4.eq(a, b), v128.load(ONE));
  }
}
@unmanaged
class MaximumI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return i32x4.max_s(a, b);
  }
}
@unmanaged
class MinimumI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return i32x4.min_s(a, b);
  }
}
@unmanaged
class GreaterI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(i32x4.gt_s(a, b), v128.load(ONE));
  }
}
@unmanaged
class LessI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(i32x4.lt_s(a, b), v128.load(ONE));
  }
}
@unmanaged
class EqualI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(i32x4.eq(a, b), v128.load(ONE));
  }
}
@unmanaged
class NotEqual {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(f32x4.ne(a, b), v128.load(ONE));
  }
}
@unmanaged
class GreaterEqual {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(f32x4.ge(a, b), v128.load(ONE));
  }
}
@unmanaged
class NotEqualI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.andnot(v128.load(ONE), i32x4.eq(a, b));
  }
}
@unmanaged
class GreaterEqualI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return v128.and(i32x4.ge_s(a, b), v128.load(ONE));
  }
}
@unmanaged
class Atan2 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return atan2_4(a, b);
  }
}
@unmanaged
class Mod {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return mod4(a, b);
  }
}
@unmanaged
class FloorDivide {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return floorDivide4(a, b);
  }
}
@unmanaged
class ModI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return modI32x4(a, b);
  }
}
@unmanaged
class FloorDivideI32 {
  @inline of(a: v128, b: v128, _p: v128): v128 {
    return floorDivideI32x4(a, b);
  }
}

// Each functor has a number: there is one broadcasting walker, which chooses the loop for each run of elements.
export const POW: i32 = 0;
export const MAXIMUM: i32 = 1;
export const MINIMUM: i32 = 2;
export const GREATER: i32 = 3;
export const LESS: i32 = 4;
export const EQUAL: i32 = 5;
export const MAXIMUM_I32: i32 = 6;
export const MINIMUM_I32: i32 = 7;
export const GREATER_I32: i32 = 8;
export const LESS_I32: i32 = 9;
export const EQUAL_I32: i32 = 10;
export const NOT_EQUAL: i32 = 11;
export const GREATER_EQUAL: i32 = 12;
export const NOT_EQUAL_I32: i32 = 13;
export const GREATER_EQUAL_I32: i32 = 14;
export const ATAN2: i32 = 15;
export const MOD: i32 = 16;
export const FLOOR_DIVIDE: i32 = 17;
export const MOD_I32: i32 = 18;
export const FLOOR_DIVIDE_I32: i32 = 19;

@unmanaged
export class Rarer {
  /** y[i] = a[i] op b[i] for `count` elements; a and b advance by 16 bytes per vector, or by 0 when they hold one splat. */
  apply(op: i32, a: usize, aStep: i32, b: usize, bStep: i32, y: usize, count: i32): void {
    const none = i32x4.splat(0);
    switch (op) {
      case POW:
        map2<Pow>(a, b, y, none, aStep, bStep, count);
        return;
      case MAXIMUM:
        map2Light<Maximum>(a, b, y, none, aStep, bStep, count);
        return;
      case MINIMUM:
        map2Light<Minimum>(a, b, y, none, aStep, bStep, count);
        return;
      case GREATER:
        map2Light<Greater>(a, b, y, none, aStep, bStep, count);
        return;
      case LESS:
        map2Light<Less>(a, b, y, none, aStep, bStep, count);
        return;
      case EQUAL:
        map2Light<Equal>(a, b, y, none, aStep, bStep, count);
        return;
      case MAXIMUM_I32:
        map2Light<MaximumI32>(a, b, y, none, aStep, bStep, count);
        return;
      case MINIMUM_I32:
        map2Light<MinimumI32>(a, b, y, none, aStep, bStep, count);
        return;
      case GREATER_I32:
        map2Light<GreaterI32>(a, b, y, none, aStep, bStep, count);
        return;
      case LESS_I32:
        map2Light<LessI32>(a, b, y, none, aStep, bStep, count);
        return;
      case EQUAL_I32:
        map2Light<EqualI32>(a, b, y, none, aStep, bStep, count);
        return;
      case NOT_EQUAL:
        map2Light<NotEqual>(a, b, y, none, aStep, bStep, count);
        return;
      case GREATER_EQUAL:
        map2Light<GreaterEqual>(a, b, y, none, aStep, bStep, count);
        return;
      case NOT_EQUAL_I32:
        map2Light<NotEqualI32>(a, b, y, none, aStep, bStep, count);
        return;
      case GREATER_EQUAL_I32:
        map2Light<GreaterEqualI32>(a, b, y, none, aStep, bStep, count);
        return;
      case ATAN2:
        map2<Atan2>(a, b, y, none, aStep, bStep, count);
        return;
      case MOD:
        map2<Mod>(a, b, y, none, aStep, bStep, count);
        return;
      case FLOOR_DIVIDE:
        map2<FloorDivide>(a, b, y, none, aStep, bStep, count);
        return;
      case MOD_I32:
        map2<ModI32>(a, b, y, none, aStep, bStep, count);
        return;
      case FLOOR_DIVIDE_I32:
        map2<FloorDivideI32>(a, b, y, none, aStep, bStep, count);
        return;
      default:
        unreachable();
    }
  }
}
