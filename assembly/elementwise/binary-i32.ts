// Broadcasting i32 arithmetic: y[size0, size1, size2] is contiguous, a and b have a
// stride in elements for each axis (see broadcast.ts).
import { broadcast } from "./broadcast";
import { Arithmetic, ADD_I32, MUL_I32, SUB_I32 } from "./arithmetic";

export function addI32(
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
    ADD_I32,
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

export function subI32(
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
    SUB_I32,
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

export function mulI32(
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
    MUL_I32,
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
