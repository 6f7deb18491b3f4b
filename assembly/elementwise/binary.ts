// Broadcasting arithmetic: y[size0, size1, size2] is contiguous, a and b have a stride in elements for each axis (see
// broadcast.ts). `operation` is ADD, SUB, MUL or DIV.
import { broadcast } from "./broadcast";
import { Arithmetic, OF_INTEGERS } from "./arithmetic";

export function arithmetic(
  operation: i32,
  a: usize,
  b: usize,
  y: usize,
  size0: i32,
  size1: i32,
  size2: i32,
  aStride0: i32,
  aStride1: i32,
  aStride2: i32,
  bStride0: i32,
  bStride1: i32,
  bStride2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Arithmetic>(
    operation,
    a,
    b,
    y,
    size0,
    size1,
    size2,
    aStride0,
    aStride1,
    aStride2,
    bStride0,
    bStride1,
    bStride2,
    begin,
    end,
  );
}

/** Of i32, which wrap at 32 bits; not DIV. */
export function arithmeticI32(
  operation: i32,
  a: usize,
  b: usize,
  y: usize,
  size0: i32,
  size1: i32,
  size2: i32,
  aStride0: i32,
  aStride1: i32,
  aStride2: i32,
  bStride0: i32,
  bStride1: i32,
  bStride2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Arithmetic>(
    operation + OF_INTEGERS,
    a,
    b,
    y,
    size0,
    size1,
    size2,
    aStride0,
    aStride1,
    aStride2,
    bStride0,
    bStride1,
    bStride2,
    begin,
    end,
  );
}
