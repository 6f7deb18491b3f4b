// Recurrent networks in float64, written from the definitions: references for the kernels and their derivatives.
import type { Array64 } from './arrays.js';

/** Values of one step of one sequence: the input's share of the gates, and of each state. */
export interface Step64 {
  /** x_t W + b, G u values. */
  readonly p: number[];
  /** Column j of R: sum_i v_i R[i, j]. */
  readonly times: (v: readonly number[], j: number) => number;
  readonly recurrentBias: (j: number) => number;
  readonly states: readonly number[][];
  readonly units: number;
}

export type Cell64 = (step: Step64) => number[][];

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Elman's network with any activation. */
export const simple64 =
  (f: (x: number) => number): Cell64 =>
  ({ p, times, states: [h] }) => [p.map((value, j) => f(value + times(h!, j)))];

/** LSTM as PyTorch defines it, gates in Keras' order i, f, c, o. */
export const lstm64: Cell64 = ({ p, times, states: [h, c], units }) => {
  const gate = (k: number, j: number): number => p[k * units + j]! + times(h!, k * units + j);
  const cell = c!.map((value, j) => sigmoid(gate(1, j)) * value + sigmoid(gate(0, j)) * Math.tanh(gate(2, j)));
  return [cell.map((value, j) => sigmoid(gate(3, j)) * Math.tanh(value)), cell];
};

/** GRU as PyTorch defines it (reset after the product), gates in Keras' order z, r, h. */
export const gru64: Cell64 = ({ p, times, recurrentBias, states: [h], units }) => {
  const inner = (k: number, j: number): number => times(h!, k * units + j) + recurrentBias(k * units + j);
  return [
    h!.map((value, j) => {
      const z = sigmoid(p[j]! + inner(0, j));
      const r = sigmoid(p[units + j]! + inner(1, j));
      return z * value + (1 - z) * Math.tanh(p[2 * units + j]! + r * inner(2, j));
    }),
  ];
};

/** GRU of Cho et al. 2014: the state is reset before the product. */
export const gruBefore64: Cell64 = ({ p, times, states: [h], units }) => {
  const reset = h!.map((value, j) => value * sigmoid(p[units + j]! + times(h!, units + j)));
  return [
    h!.map((value, j) => {
      const z = sigmoid(p[j]! + times(h!, j));
      return z * value + (1 - z) * Math.tanh(p[2 * units + j]! + times(reset, 2 * units + j));
    }),
  ];
};

export interface Inputs64 {
  readonly x: Array64;
  readonly kernel: Array64;
  readonly recurrentKernel: Array64;
  readonly states: readonly Array64[];
  readonly bias?: Array64 | undefined;
  readonly recurrentBias?: Array64 | undefined;
  readonly lengths?: readonly number[] | undefined;
}

/** The sequences of all states, [B, T, u] each, 0 past a length. */
export function unroll64(
  cell: Cell64,
  { x, kernel, recurrentKernel, states, bias, recurrentBias, lengths }: Inputs64,
): Array64[] {
  const [batch, steps, features] = x.shape as [number, number, number];
  const [units, columns] = recurrentKernel.shape as [number, number];
  const out = states.map(() => ({ shape: [batch, steps, units], data: new Float64Array(batch * steps * units) }));
  for (let b = 0; b < batch; b++) {
    let current = states.map(({ data }) => Array.from(data.subarray(b * units, (b + 1) * units)));
    for (let t = 0; t < (lengths?.[b] ?? steps); t++) {
      const p = Array.from({ length: columns }, (_, j) => {
        let sum = bias?.data[j] ?? 0;
        for (let i = 0; i < features; i++)
          sum += x.data[(b * steps + t) * features + i]! * kernel.data[i * columns + j]!;
        return sum;
      });
      current = cell({
        p,
        times: (v, j) => v.reduce((sum, value, i) => sum + value * recurrentKernel.data[i * columns + j]!, 0),
        recurrentBias: (j) => recurrentBias?.data[j] ?? 0,
        states: current,
        units,
      });
      current.forEach((state, s) => out[s]!.data.set(state, (b * steps + t) * units));
    }
  }
  return out;
}
