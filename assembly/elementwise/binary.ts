// Broadcasting f32 arithmetic: y[n0, n1, n2] contiguous, a and b with an element stride per axis (see broadcast.ts).
import { broadcast } from "./broadcast";
import { Arithmetic, ADD, DIV, MUL, SUB } from "./arithmetic";
import { EQUAL, GREATER, LESS, MAXIMUM, MINIMUM, POW, Rarer } from "./rarer";

export function addBroadcast(
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
  broadcast<Arithmetic>(ADD, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function subBroadcast(
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
  broadcast<Arithmetic>(SUB, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function mulBroadcast(
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
  broadcast<Arithmetic>(MUL, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function divBroadcast(
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
  broadcast<Arithmetic>(DIV, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function powBroadcast(
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
  broadcast<Rarer>(POW, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function maximumBroadcast(
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
  broadcast<Rarer>(MAXIMUM, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function minimumBroadcast(
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
  broadcast<Rarer>(MINIMUM, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function greaterBroadcast(
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
  broadcast<Rarer>(GREATER, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function lessBroadcast(
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
  broadcast<Rarer>(LESS, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}

export function equalBroadcast(
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
  broadcast<Rarer>(EQUAL, a, b, y, n0, n1, n2, a0, a1, a2, b0, b1, b2, begin, end);
}
