// Broadcasting i32 arithmetic: y[n0, n1, n2] contiguous, a and b with an element stride per axis (see broadcast.ts).
import { broadcast } from "./broadcast";
import { Arithmetic, ADD_I32, MUL_I32, SUB_I32 } from "./arithmetic";
import { EQUAL_I32, GREATER_I32, LESS_I32, MAXIMUM_I32, MINIMUM_I32, Rarer } from "./rarer";

export function addI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Arithmetic>(ADD_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function subI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Arithmetic>(SUB_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function mulI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Arithmetic>(MUL_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function maximumI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Rarer>(MAXIMUM_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function minimumI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Rarer>(MINIMUM_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function greaterI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Rarer>(GREATER_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function lessI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Rarer>(LESS_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function equalI32(
  a: usize,
  b: usize,
  y: usize,
  n0: i32,
  n1: i32,
  n2: i32,
  a0: i32,
  a1: i32,
  a2: i32,
  b0: i32,
  b1: i32,
  b2: i32,
  begin: i32,
  end: i32,
): void {
  broadcast<Rarer>(EQUAL_I32, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}
