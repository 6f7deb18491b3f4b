// The cost of a call with almost nothing to compute: the overhead of each layer of the library.
import { add, compile, matmul, tensor, type Tensor } from 'wasmgrad';
import type { Case, Family } from './support/family.js';
import { Kernels } from './support/kernels.js';
import { candidate, type Candidate } from './support/measure.js';

const OURS = 'time';

/** Keeps results alive, so that the engine cannot drop the calls. */
export const sink = { value: 0 };

/** Separate loops, without the closure of `candidate`, which takes as long as a bare call. */
function bareCalls({ wasm }: Kernels, pointer: number): readonly Case[] {
  const units = (m: number, n: number): number => (m >= n ? Math.ceil(m / 5) : Math.ceil(n / 8));
  const bare = (name: string, run: Candidate['run']): Case => ({ name, candidates: [{ name: OURS, run }] });
  return [
    bare('JS function', (times) => {
      for (let i = 0; i < times; i++) sink.value += units(i, 3);
    }),
    bare('wasm function', (times) => {
      for (let i = 0; i < times; i++) sink.value += wasm.gemmUnits(i, 3);
    }),
    bare('kernel: relu of 4', (times) => {
      for (let i = 0; i < times; i++) wasm.reluMap(pointer, pointer, 0, 4);
    }),
    bare('kernel: matmul 2x2', (times) => {
      const [p, q] = [pointer, pointer + 64];
      for (let i = 0; i < times; i++) wasm.gemm(p, 2, p, 2, q, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 1);
    }),
  ];
}

function single(name: string, once: () => unknown, dispose?: () => void): Case {
  return { name, candidates: [candidate(OURS, once)], ...(dispose ? { dispose } : {}) };
}

function* cases(): Generator<Case> {
  const kernels = new Kernels();
  yield* bareCalls(kernels, kernels.place(new Float32Array(64)));
  const values = Float32Array.of(1, -2, 3, -4);
  const x = tensor(values, [4]);
  const square = tensor(values, [2, 2]);
  const replay = compile((each: Tensor) => add(each, each));
  yield single('x.data() of 4', () => x.data());
  yield single('tensor of 4, dispose', () => {
    tensor(values, [4]).dispose();
  });
  yield single('add(x, x) of 4, dispose', () => {
    add(x, x).dispose();
  });
  yield single('matmul 2x2, dispose', () => {
    matmul(square, square).dispose();
  });
  const compiled = (): void => {
    replay(x).dispose();
  };
  yield single('compiled add of 4, dispose', compiled, () => {
    x.dispose();
    square.dispose();
    replay.dispose();
  });
}

export const family: Family = {
  name: 'calls',
  title: 'Overhead of a call',
  unit: 'ns',
  ours: OURS,
  others: [],
  cases,
};
