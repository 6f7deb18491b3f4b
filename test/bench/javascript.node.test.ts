import { describe, expect, test } from 'vitest';
import { productCase } from '../../bench/matmul.bench.js';
import { JavaScriptNetwork } from '../../bench/support/javascript/network.js';
import { blocked, naiveIjk, naiveIkj, type ProductShape } from '../../bench/support/javascript/matmul.js';
import { xorStep } from '../../bench/support/javascript/xor.js';
import { Kernels } from '../../bench/support/kernels.js';
import { randomValues } from '../../bench/support/random.js';
import { init } from '../../src/runtime/init.js';

// What the library is compared with must do the same work, or the comparison says nothing.

const SHAPES: readonly ProductShape[] = [
  { m: 8, n: 8, k: 8 },
  { m: 5, n: 7, k: 3 },
  { m: 1, n: 9, k: 4 },
  { m: 6, n: 10, k: 5, transposeA: true },
  { m: 7, n: 6, k: 9, transposeB: true },
];

function reference(a: Float32Array, b: Float32Array, { m, n, k, transposeA, transposeB }: ProductShape): number[] {
  return Array.from({ length: m * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = 0;
    for (let p = 0; p < k; p++) sum += a[transposeA ? p * m + i : i * k + p]! * b[transposeB ? j * k + p : p * n + j]!;
    return sum;
  });
}

describe.each(Object.entries({ naiveIjk, naiveIkj, blocked }))('%s', (_, product) => {
  test.each(SHAPES)('is the matrix product: %o', (shape) => {
    const { m, n, k } = shape;
    const [a, b] = [randomValues(m * k, 3), randomValues(k * n, 4)];
    const c = new Float32Array(m * n).fill(9);
    product(a, b, c, shape);
    reference(a, b, shape).forEach((value, i) => expect(c[i]).toBeCloseTo(value, 5));
  });
});

test('all candidates of a product run', async () => {
  await init();
  const { candidates, dispose } = productCase('5 x 7 x 3', { m: 5, n: 7, k: 3, transposeA: true }, new Kernels());
  for (const { run } of candidates) run(2);
  dispose?.();
});

test.each(['relu', 'tanh'] as const)('the network in JavaScript learns, with %s', (hidden) => {
  const network = new JavaScriptNetwork([6, 12, 3], 9, hidden);
  const x = randomValues(54);
  const labels = Array.from({ length: 9 }, (_, i) => i % 3);
  const first = network.step(x, labels);
  for (let i = 0; i < 600; i++) network.step(x, labels);
  expect(network.step(x, labels)).toBeLessThan(first / 5);
});

test('the XOR step in JavaScript descends', () => {
  const weights = Float64Array.of(4, -4, -2, -4, 4, -2, 4, 4, -2);
  const first = xorStep(weights, 1);
  for (let i = 0; i < 500; i++) xorStep(weights, 1);
  expect(xorStep(weights, 1)).toBeLessThan(first / 5);
});
