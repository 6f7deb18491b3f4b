import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ADD, DIV, MUL, SUB } from '../../../src/runtime/generated/layout.js';
import { kernelBench, type KernelSignatures } from '../../support/kernels.js';
import { SIZES, blank, inSlices, numbers } from '../../support/slices.js';

const bench = kernelBench();
const { kernels } = bench;
beforeEach(() => bench.reset());

type Triple = [number, number, number];
type Broadcast = (...args: Parameters<KernelSignatures['maximumBroadcast']>) => void;
type Operation = (a: number, b: number) => number;
const flag = (yes: boolean): number => (yes ? 1 : 0);

/** Python's remainder, which has the sign of the divisor. */
const mod: Operation = (a, b) => {
  const r = a % b;
  if (r === 0) return Object.is(b, -0) || b < 0 ? -0 : 0;
  return r < 0 !== b < 0 ? r + b : r;
};
/** Python's quotient; b = 0 and infinite a as NumPy. */
const floorDivide: Operation = (a, b) => {
  if (b === 0) return a / b;
  if (Math.abs(a) === Infinity) return NaN;
  const q = Math.floor(a / b);
  return q === 0 && a !== 0 && a < 0 !== b < 0 ? -1 : q; // where a / b is rounded to -0
};

// NaN when either is, and -0 below +0: what Math.max and Math.min do.
const operations: [name: string, kernel: Broadcast, operation: Operation][] = [
  ['add', (...args) => kernels.arithmetic(ADD, ...args), (a, b) => a + b],
  ['sub', (...args) => kernels.arithmetic(SUB, ...args), (a, b) => a - b],
  ['mul', (...args) => kernels.arithmetic(MUL, ...args), (a, b) => a * b],
  ['div', (...args) => kernels.arithmetic(DIV, ...args), (a, b) => a / b],
  ['maximum', (...args) => kernels.maximumBroadcast(...args), Math.max],
  ['minimum', (...args) => kernels.minimumBroadcast(...args), Math.min],
  ['greater', (...args) => kernels.greaterBroadcast(...args), (a, b) => flag(a > b)],
  ['less', (...args) => kernels.lessBroadcast(...args), (a, b) => flag(a < b)],
  ['equal', (...args) => kernels.equalBroadcast(...args), (a, b) => flag(a === b)],
  ['notEqual', (...args) => kernels.notEqualBroadcast(...args), (a, b) => flag(a !== b)],
  ['greaterEqual', (...args) => kernels.greaterEqualBroadcast(...args), (a, b) => flag(a >= b)],
  ['mod', (...args) => kernels.modBroadcast(...args), mod],
  ['floorDivide', (...args) => kernels.floorDivideBroadcast(...args), floorDivide],
];
const integerOperations: [name: string, kernel: Broadcast, operation: Operation, comparison: boolean][] = [
  ['add', (...args) => kernels.arithmeticI32(ADD, ...args), (a, b) => (a + b) | 0, false],
  ['sub', (...args) => kernels.arithmeticI32(SUB, ...args), (a, b) => (a - b) | 0, false],
  ['mul', (...args) => kernels.arithmeticI32(MUL, ...args), Math.imul, false],
  ['maximum', (...args) => kernels.maximumI32(...args), Math.max, false],
  ['minimum', (...args) => kernels.minimumI32(...args), Math.min, false],
  ['greater', (...args) => kernels.greaterI32(...args), (a, b) => flag(a > b), true],
  ['less', (...args) => kernels.lessI32(...args), (a, b) => flag(a < b), true],
  ['equal', (...args) => kernels.equalI32(...args), (a, b) => flag(a === b), true],
  ['notEqual', (...args) => kernels.notEqualI32(...args), (a, b) => flag(a !== b), true],
  ['greaterEqual', (...args) => kernels.greaterEqualI32(...args), (a, b) => flag(a >= b), true],
  ['mod', (...args) => kernels.modI32(...args), (a, b) => (b === 0 ? 0 : mod(a, b) + 0), false],
  ['floorDivide', (...args) => kernels.floorDivideI32(...args), (a, b) => (b === 0 ? 0 : Math.floor(a / b) | 0), false],
];

/** Element offsets of an operand for every output element. */
function offsets([n0, n1, n2]: Triple, [s0, s1, s2]: Triple): number[] {
  return Array.from({ length: n0 * n1 * n2 }, (_, at) => {
    const i2 = at % n2;
    const i1 = Math.floor(at / n2) % n1;
    const i0 = Math.floor(at / (n2 * n1));
    return i0 * s0 + i1 * s1 + i2 * s2;
  });
}
const extent = (shape: Triple, strides: Triple): number => Math.max(0, ...offsets(shape, strides)) + 1;

/** Strides of an operand broadcast along some axes, its outer strides those of its own (smaller, perhaps padded) shape. */
function stridesOf(shape: Triple, kept: readonly boolean[], padding = 0): Triple {
  const [, n1, n2] = shape;
  const row = kept[2] ? n2 + padding : 1;
  return [kept[0] ? row * (kept[1] ? n1 : 1) : 0, kept[1] ? row : 0, kept[2] ? 1 : 0];
}

function check(shape: Triple, aStrides: Triple, bStrides: Triple, kernel: Broadcast, operation: Operation): void {
  const total = shape[0] * shape[1] * shape[2];
  const a = numbers(extent(shape, aStrides), 1);
  const b = numbers(extent(shape, bStrides), 2);
  const [pa, pb] = [bench.f32(a), bench.f32(b)];
  const y = inSlices(bench, blank(total), total, (p, begin, end) => {
    kernel(pa, pb, p, ...shape, ...aStrides, ...bStrides, begin, end);
  });
  const [ao, bo] = [offsets(shape, aStrides), offsets(shape, bStrides)];
  expect([...y]).toEqual(ao.map((_, i) => Math.fround(operation(a[ao[i]!]!, b[bo[i]!]!))));
}

const SPECIAL = [NaN, Infinity, -Infinity, 0, -0, 2 ** -149, 3e38, -3e38, 1, -1, 0.3];
const pairs = SPECIAL.flatMap((a) => SPECIAL.map((b) => [Math.fround(a), Math.fround(b)] as const));

describe.each(operations)('%sBroadcast', (_name, kernel, operation) => {
  it('equals the operation rounded once, special values included', () => {
    const [pa, pb] = [bench.f32(pairs.map(([a]) => a)), bench.f32(pairs.map(([, b]) => b))];
    const n = pairs.length;
    const y = bench.out(n);
    kernel(pa, pb, y, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    expect([...bench.readF32(y, n)]).toEqual(pairs.map(([a, b]) => Math.fround(operation(a, b))));
  });
  it('takes ragged sizes, a scalar, a row and a column', () => {
    for (const n of SIZES) check([1, 1, n], [0, 0, 1], [0, 0, 1], kernel, operation);
    check([1, 1, 37], [0, 0, 1], [0, 0, 0], kernel, operation);
    check([1, 6, 10], [0, 10, 1], [0, 0, 1], kernel, operation);
    check([2, 3, 30], [0, 0, 0], [3, 1, 0], kernel, operation);
  });
});

describe.each(integerOperations)('%sI32', (_name, kernel, operation, comparison) => {
  it('equals the operation, comparisons as 1.0 and 0.0', () => {
    const values = [0, 1, -1, 7, 123456789, -987654321, 2 ** 31 - 1, -(2 ** 31)];
    const a = values.flatMap((v) => values.map(() => v));
    const b = values.flatMap(() => values);
    const n = a.length;
    const y = bench.out(n);
    kernel(bench.i32(a), bench.i32(b), y, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
    const read = comparison ? bench.readF32(y, n) : bench.readI32(y, n);
    expect([...read]).toEqual(a.map((v, i) => operation(v, b[i]!)));
  });
});

describe('the broadcasting walker', () => {
  const sub: Operation = (a, b) => a - b;
  const subtract: Broadcast = (...args) => kernels.arithmetic(SUB, ...args);
  const size = fc.integer({ min: 0, max: 40 });
  const kept = fc.tuple(fc.boolean(), fc.boolean(), fc.boolean());

  it('serves every shape and broadcast, sliced anywhere', () => {
    fc.assert(
      fc.property(size, size, size, kept, kept, fc.nat(2), (n0, n1, n2, keptA, keptB, padding) => {
        bench.reset();
        const shape: Triple = [n0 % 5, n1 % 9, n2];
        check(shape, stridesOf(shape, keptA, padding), stridesOf(shape, keptB), subtract, sub);
      }),
      { numRuns: 60, seed: 1 },
    );
  });
  it('serves short rows over many chunks, and transposed operands', () => {
    for (const n2 of [1, 2, 3, 10, 23, 24]) {
      const n1 = Math.ceil(1100 / n2);
      check([1, n1, n2], [0, n2, 1], [0, 0, 1], subtract, sub);
      check([1, n1, n2], [0, 1, 0], [0, n2, 1], subtract, sub);
      check([2, n1, n2], [n1, 1, 0], [n2, 0, 1], subtract, sub);
    }
    check([7, 11, 1], [1, 7, 1], [11, 1, 0], subtract, sub);
  });
  it('writes over an operand of equal shape', () => {
    for (const n of SIZES) {
      const a = numbers(n, 3);
      const b = numbers(n, 4);
      const expected = [...a].map((v, i) => Math.fround(v - b[i]!));
      const [pa, pb] = [bench.f32(a), bench.f32(b)];
      kernels.arithmetic(SUB, pa, pb, pb, 1, 1, n, 0, 0, 1, 0, 0, 1, 0, n);
      expect([...bench.readF32(pb, n)]).toEqual(expected);
    }
  });
  it('runs pow like the rest', () => {
    const y = bench.out(6);
    kernels.powBroadcast(bench.f32([1, 2, 3]), bench.f32([2, 3]), y, 1, 2, 3, 0, 0, 1, 0, 1, 0, 0, 6);
    expect([...bench.readF32(y, 6)]).toEqual([1, 4, 9, 1, 8, 27]);
  });
});
