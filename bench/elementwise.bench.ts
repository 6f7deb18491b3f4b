// Maps and reductions over vectors that fit the first cache and over ones that fit none.
import { add, exp, log, mul, relu, sigmoid, sum, tanh, tensor, type Tensor } from 'wasmgrad';
import { ADD } from '../src/runtime/generated/layout.js';
import sizes from './shapes/elementwise.json';
import type { Case, Family, Scale } from './support/family.js';
import { Kernels } from './support/kernels.js';
import { candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

interface Work {
  readonly name: string;
  readonly javascript: (x: Float32Array, y: Float32Array) => unknown;
  readonly kernel: (kernels: Kernels, x: number, y: number, n: number) => void;
  readonly operation: (x: Tensor) => Tensor;
}

// Every loop is written out: one loop around a function argument would be several times slower in JavaScript.
const WORKS: readonly Work[] = [
  {
    name: 'exp',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = Math.exp(x[i]!);
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.expMap(x, y, 0, n);
    },
    operation: exp,
  },
  {
    name: 'log',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = Math.log(x[i]!);
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.logMap(x, y, 0, n);
    },
    operation: log,
  },
  {
    name: 'sigmoid',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = 1 / (1 + Math.exp(-x[i]!));
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.sigmoidMap(x, y, 0, n);
    },
    operation: sigmoid,
  },
  {
    name: 'tanh',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = Math.tanh(x[i]!);
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.tanhMap(x, y, 0, n);
    },
    operation: tanh,
  },
  {
    name: 'relu',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = Math.max(0, x[i]!);
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.reluMap(x, y, 0, n);
    },
    operation: relu,
  },
  {
    name: 'x + x',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = x[i]! + x[i]!;
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.arithmetic(ADD, x, x, y, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    },
    operation: (x) => add(x, x),
  },
  {
    name: '3 x',
    javascript: (x, y) => {
      for (let i = 0; i < x.length; i++) y[i] = 3 * x[i]!;
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.scaleMap(x, y, 3, 0, 0, n);
    },
    operation: (x) => mul(x, 3),
  },
  {
    name: 'sum',
    javascript: (x, y) => {
      let total = 0;
      for (let i = 0; i < x.length; i++) total += x[i]!;
      y[0] = total;
    },
    kernel: ({ wasm }, x, y, n) => {
      wasm.sumReduce(x, y, 1, n, 1, 1, 0, 1);
    },
    operation: (x) => sum(x),
  },
];

function elementwiseCase({ name, javascript, kernel, operation }: Work, n: number, kernels: Kernels): Case {
  const values = randomValues(n);
  const x = name === 'log' ? values.map((value) => Math.abs(value) + 0.01) : values;
  const y = new Float32Array(n);
  const t = tensor(x, [n]);
  kernels.reset();
  const [px, py] = [kernels.place(x), kernels.place(y)];
  return {
    name: `${name}, ${n.toLocaleString('en-US')} elements`,
    work: n,
    candidates: [
      candidate('JS', () => javascript(x, y)),
      candidate('wasm kernel', () => {
        kernel(kernels, px, py, n);
      }),
      candidate('operation', () => {
        operation(t).dispose();
      }),
    ],
    dispose: () => {
      t.dispose();
    },
  };
}

function* cases(scale: Scale): Generator<Case> {
  const kernels = new Kernels();
  for (const n of sizes.filter((size) => scale !== 'smoke' || size < 1e4)) {
    for (const work of WORKS) yield elementwiseCase(work, n, kernels);
  }
}

export const family: Family = {
  name: 'elementwise',
  title: 'Elementwise operations and sums, one thread, strict SIMD',
  unit: 'Gelement/s',
  ours: 'wasm kernel',
  others: ['JS'],
  cases,
};
