import { describe, expect, it } from 'vitest';
import type { AnyKernel, NamedKernel, Order } from '../../src/runtime/kernel.js';
import * as kernels from '../../src/runtime/generated/kernels.js';
import { ADD } from '../../src/runtime/generated/layout.js';
import { call, callNamed } from '../../src/runtime/kernels.js';
import { record } from '../../src/runtime/recorder.js';
import { tensor } from '../../src/tensors/creation.js';
import { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';

/** Numbers of the routine, the two of a work range included. */
const numbersOf = ({ layout }: AnyKernel): number => layout.length + (layout.endsWith('R') ? 1 : 0);

const isNamed = (kernel: AnyKernel): kernel is NamedKernel<unknown> => 'order' in kernel;

/** What a routine is handed for named arguments. */
function inOrder<N>({ order }: { order: Order<N> }, named: N): readonly number[] {
  return order(named, (...numbers) => numbers);
}

describe('the table of kernels', () => {
  const all = Object.entries<AnyKernel>(kernels);

  it('has no kernel of more than eight numbers whose arguments are not named, and names no other', () => {
    expect(all.length).toBeGreaterThan(100);
    for (const [name, kernel] of all) expect([name, isNamed(kernel)]).toEqual([name, numbersOf(kernel) > 8]);
  });

  it('puts named arguments in the order of the routine, the work range at the end', () => {
    const sizes = { m: 7, n: 8, k: 9, transposeA: 10, transposeB: 11, accumulate: 12 };
    const operands = { c: 5, ldc: 6, b: 3, ldb: 4, a: 1, lda: 2 };
    const epilogue = { slope: 15, activation: 14, bias: 13 };
    const numbers = inOrder(kernels.gemm, { end: 16, ...sizes, ...operands, ...epilogue });
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 16]);
  });

  it('takes numbered arguments as one list', () => {
    const strides = { bStrides: [10, 11, 12], aStrides: [7, 8, 9] } as const;
    const numbers = inOrder(kernels.arithmetic, {
      ...strides,
      sizes: [4, 5, 6],
      y: 3,
      b: 2,
      a: 1,
      operation: 0,
      end: 13,
    });
    expect(numbers).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0, 13]);
  });

  it('hands over as many numbers as the routine takes', () => {
    // Whatever is asked for is there, and may be a list.
    const named: unknown = new Proxy({}, { get: () => [1, 1, 1, 1, 1, 1] });
    for (const [name, kernel] of all)
      if (isNamed(kernel)) expect([name, inOrder(kernel, named).length]).toEqual([name, numbersOf(kernel)]);
  });
});

describe('callNamed', () => {
  withRuntime();

  /** y[2, 3] = x[3] + column[2, 1] */
  const addColumn = (x: Tensor, column: Tensor, y: Tensor): void => {
    callNamed(kernels.arithmetic, {
      operation: ADD,
      a: x.pointer(),
      b: column.pointer(),
      y: y.pointer(),
      sizes: [1, 2, 3],
      aStrides: [0, 0, 1],
      bStrides: [0, 1, 0],
      end: 6,
    });
  };

  it('runs at once, and as part of a program while one is recorded', () => {
    const [x, column, y] = [tensor([1, 2, 3]), tensor([[10], [20]]), Tensor.allocate([2, 3])];
    const expected = [11, 12, 13, 21, 22, 23];
    addColumn(x, column, y);
    expect([...y.data()]).toEqual(expected);
    call(kernels.fill, y.pointer(), 0, 0, 6);
    const { program } = record(() => {
      addColumn(x, column, y);
    });
    expect([...y.data()]).toEqual([0, 0, 0, 0, 0, 0]);
    program.run();
    expect([...y.data()]).toEqual(expected);
    program.dispose();
    for (const each of [x, column, y]) each.dispose();
  });

  it('is the only way to call a kernel of many numbers, and checks their names', () => {
    // Never run: tsc reads it.
    const wrong = (): void => {
      // @ts-expect-error more than eight numbers are named
      call(kernels.normalizeRowsGradient, 0, 0, 0, 0, 0, 0, 4, 0, 2);
      // @ts-expect-error so they are for broadcasting
      call(kernels.arithmetic, 0, 0, 0, 0, 1, 1, 6, 0, 0, 1, 0, 0, 1, 0, 6);
      // @ts-expect-error no list of numbers makes up for the names
      call(kernels.arithmetic, ...new Array<number>(15));
      // @ts-expect-error `end` is missing
      callNamed(kernels.normalizeRowsGradient, { dy: 0, x: 0, gamma: 0, mean: 0, inverse: 0, dx: 0, features: 4 });
      // @ts-expect-error there is no `columns`
      callNamed(kernels.crossEntropyRows, { ...probabilities, columns: 3 });
      // @ts-expect-error a size for each of three axes
      callNamed(kernels.arithmetic, { ...operands, sizes: [2, 3], end: 6 });
      // @ts-expect-error few numbers stand in order
      callNamed(kernels.fill, { y: 0, value: 0, end: 6 });
    };
    const probabilities = { p: 0, target: 0, byIndex: 0, rowLoss: 0, rows: 2, scale: 1, end: 2 };
    const strides = [0, 3, 1] as const;
    const operands = { operation: ADD, a: 0, b: 0, y: 0, aStrides: strides, bStrides: strides };
    expect(wrong).toBeTypeOf('function');
  });
});
