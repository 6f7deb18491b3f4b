// Applies bias and activation to columns of C that are still in the cache.
import { LeakyRelu } from "../elementwise/activations/leakyRelu";
import { Relu } from "../elementwise/activations/relu";
import { FUSED_LEAKY_RELU, FUSED_RELU, FUSED_SIGMOID, FUSED_TANH } from "../layout";
import { storeLanes } from "../simd/ragged";
import { sigmoid4, tanh4 } from "../simd/exp";

/** Uses the functions of the elementwise kernels, so that fused and separate activations have the same bits. */
// @ts-ignore: decorator
@inline
function activate(x: v128, activation: i32, slope: f32): v128 {
  switch (activation) {
    case FUSED_RELU:
      return changetype<Relu>(0).of(x, x, x);
    case FUSED_SIGMOID:
      return sigmoid4(x);
    case FUSED_TANH:
      return tanh4(x);
    case FUSED_LEAKY_RELU:
      return changetype<LeakyRelu>(0).of(x, f32x4.splat(slope), x);
    default:
      return x;
  }
}

/** max(c, 0) alone has its own loop: most products need nothing else, since the bias is already in the sums. */
// @ts-ignore: decorator
@inline
function rectify(c: usize, stride: usize, rows: i32, columns: i32): void {
  const zero = i32x4.splat(0);
  const whole = c + ((<usize>(columns & ~3)) << 2);
  for (let i = 0; i < rows; i++) {
    const end = whole + <usize>i * stride;
    let at = c + <usize>i * stride;
    for (; at < end; at += 16) v128.store(at, f32x4.pmax(v128.load(at), zero));
    if (columns & 3) storeLanes(at, f32x4.pmax(v128.load(at), zero), columns & 3);
  }
}

/** c[rows, columns] = act(c + bias). biasStep: bytes from one column's bias to the next, 4 or 0 (one scalar); bias 0: none. */
export function finish(
  c: usize,
  stride: usize,
  rows: i32,
  columns: i32,
  bias: usize,
  biasStep: i32,
  activation: i32,
  slope: f32,
): void {
  if (activation == FUSED_RELU && !bias) {
    rectify(c, stride, rows, columns);
    return;
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j += 4) {
      const at = c + ((<usize>j) << 2);
      let x = v128.load(at);
      if (bias) {
        x = f32x4.add(x, biasStep ? v128.load(bias + ((<usize>j) << 2)) : v128.load32_splat(bias));
      }
      if (activation) x = activate(x, activation, slope);
      storeLanes(at, x, columns - j);
    }
    c += stride;
  }
}
