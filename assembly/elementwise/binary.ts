// Broadcasting f32 arithmetic: y[size0, size1, size2] is contiguous, a and b have a
// stride in elements for each axis (see broadcast.ts).
import { broadcast } from "./broadcast";
import { Arithmetic, ADD, DIV, MUL, SUB } from "./arithmetic";

export function addBroadcast(
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
    ADD,
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

export function subBroadcast(
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
    SUB,
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

export function mulBroadcast(
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
    MUL,
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

export function divBroadcast(
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
    DIV,
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
