// Least squares with independent columns, solved by the fast method, and with dependent ones, which need the full
// method.
import { lstsq, tensor } from 'wasmgrad';
import { linearRegression } from 'wasmgrad/models';
import type { Case, Family, Scale } from './support/family.js';
import { householderLstsq } from './support/javascript/lstsq.js';
import { candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

/** Rows, columns, and number of independent columns. */
type Sizes = readonly [m: number, n: number, rank: number];

const SMALL: readonly Sizes[] = [
  [20, 3, 3],
  [200, 10, 10],
  [100, 40, 20],
];
const LARGE: readonly Sizes[] = [
  [5000, 50, 50],
  [1000, 200, 200],
  [5000, 50, 25],
  [1000, 200, 100],
  [5000, 784, 392],
];

function sizesCase([m, n, rank]: Sizes): Case {
  const flat = randomValues(m * n, 1);
  const a = flat.map((_, i) => flat[i - (i % n) + ((i % n) % rank)] ?? 0);
  const b = randomValues(m, 2);
  const [left, right] = [tensor(a, [m, n]), tensor(b)];
  const javascript = candidate('JS QR', () => {
    householderLstsq(a, b, m, n);
  });
  return {
    name: `${m} x ${n}${rank < n ? `, rank ${rank}` : ''}`,
    candidates: [
      ...(rank === n ? [javascript] : []),
      candidate('lstsq', () => {
        lstsq(left, right).dispose();
      }),
      candidate('linearRegression', () => {
        linearRegression(left, right).dispose();
      }),
    ],
    dispose: () => {
      left.dispose();
      right.dispose();
    },
  };
}

function* cases(scale: Scale): Generator<Case> {
  for (const sizes of scale === 'smoke' ? SMALL : [...SMALL, ...LARGE]) yield sizesCase(sizes);
}

export const family: Family = {
  name: 'lstsq',
  title: 'Least squares |A x - b|, A [m, n], one thread',
  unit: 'us',
  ours: 'lstsq',
  others: ['JS QR'],
  cases,
};
