import { describe, expect, test } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, valueAndGrad } from '../../src/ops/differentiation.js';
import { sizeOf, type Shape } from '../../src/core/shapes.js';
import {
  binaryCrossEntropy,
  crossEntropy,
  halfMeanSquaredError,
  huber,
  meanAbsoluteError,
  meanSquaredError,
  type LossReduction,
  type NamedLoss,
} from '../../src/losses/index.js';
import { tensor } from '../../src/tensors/creation.js';
import { tidy } from '../../src/tensors/tidy.js';
import { gradient64 } from '../support/arrays.js';
import { withRuntime } from '../support/live.js';
import { expectClose, numbers } from '../support/slices.js';

withRuntime();

type Term = (prediction: number, target: number) => number;

interface Row {
  readonly make: (reduction: LossReduction) => NamedLoss;
  readonly term: Term;
  /** What the mean divides by. */
  readonly count: (shape: Shape) => number;
  readonly range: readonly [number, number];
  readonly targets: readonly [number, number];
}

const size = sizeOf;
const rows = (shape: Shape): number => sizeOf(shape.slice(0, -1));
const anything = { range: [-2, 2], targets: [-2, 2] } as const;
const probabilities = { range: [0.05, 0.95], targets: [0, 1] } as const;
const logits = { range: [-4, 4], targets: [0, 1] } as const;
const softplus64 = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

const table: Record<string, Row> = {
  halfMeanSquaredError: {
    make: (reduction) => halfMeanSquaredError({ reduction }),
    term: (p, t) => (p - t) ** 2 / 2,
    count: (shape) => shape[0]!,
    ...anything,
  },
  meanSquaredError: {
    make: (reduction) => meanSquaredError({ reduction }),
    term: (p, t) => (p - t) ** 2,
    count: size,
    ...anything,
  },
  meanAbsoluteError: {
    make: (reduction) => meanAbsoluteError({ reduction }),
    term: (p, t) => Math.abs(p - t),
    count: size,
    ...anything,
  },
  huber: {
    make: (reduction) => huber({ reduction, delta: 0.7 }),
    term: (p, t) => (Math.abs(p - t) <= 0.7 ? (p - t) ** 2 / 2 : 0.7 * (Math.abs(p - t) - 0.35)),
    count: size,
    ...anything,
  },
  'binaryCrossEntropy of probabilities': {
    make: (reduction) => binaryCrossEntropy({ reduction }),
    term: (p, t) => -t * Math.log(p) - (1 - t) * Math.log(1 - p),
    count: size,
    ...probabilities,
  },
  'binaryCrossEntropy of logits': {
    make: (reduction) => binaryCrossEntropy({ reduction, fromLogits: true }),
    term: (z, t) => softplus64(z) - z * t,
    count: size,
    ...logits,
  },
  'crossEntropy of probabilities': {
    make: (reduction) => crossEntropy({ reduction }),
    term: (p, t) => -t * Math.log(p),
    count: rows,
    ...probabilities,
  },
};

const SHAPES: readonly Shape[] = [
  [1, 1],
  [4, 1],
  [3, 5],
  [2, 3, 4],
  [7, 10],
];

describe.each(Object.entries(table))('%s', (_, { make, term, count, range, targets }) => {
  test.each(['mean', 'sum'] as const)('value and gradient, %s', (reduction) => {
    SHAPES.forEach((shape, i) => {
      const p = numbers(size(shape), 2 * i + 1, ...range);
      const t = numbers(size(shape), 2 * i + 2, ...targets);
      const factor = reduction === 'mean' ? 1 / count(shape) : 1;
      const reference = (x: Float64Array): number => factor * x.reduce((sum, value, k) => sum + term(value, t[k]!), 0);
      tidy(() => {
        const [value, gradient] = valueAndGrad(make(reduction))(tensor(p, shape), tensor(t, shape));
        const exact = Float64Array.from(p);
        expect(value.shape).toEqual([]);
        expectClose([value.item()], [reference(exact)], 1e-6);
        expectClose(gradient.data(), gradient64(reference, exact, 1e-4), 5e-6);
      });
    });
  });
});

describe('crossEntropy', () => {
  const shape = [4, 3];
  const labels = [2, 0, 1, 1];
  const oneHot = labels.flatMap((label) => [0, 1, 2].map((k) => Number(k === label)));
  const z = numbers(12, 5, -4, 4);
  const shares = z.map((_, i) => {
    const row = Array.from(z.slice(3 * Math.floor(i / 3), 3 * Math.floor(i / 3) + 3));
    return Math.exp(z[i]!) / row.reduce((sum, value) => sum + Math.exp(value), 0);
  });
  const mean = -labels.reduce((sum, label, i) => sum + Math.log(shares[3 * i + label]!), 0) / 4;

  test.each([
    ['one-hot rows', () => tensor(oneHot, shape)],
    ['i32 indices', () => tensor(labels, [4], 'i32')],
    ['f32 indices', () => tensor(labels)],
  ])('takes %s, from logits and from probabilities', (_, target) => {
    tidy(() => {
      const [ofLogits, dz] = valueAndGrad(crossEntropy({ fromLogits: true }))(tensor(z, shape), target());
      expectClose([ofLogits.item()], [mean], 1e-6);
      expectClose(
        dz.data(),
        shares.map((p, i) => (p - oneHot[i]!) / 4),
        1e-7,
      );
      const [ofShares, dp] = valueAndGrad(crossEntropy())(tensor(shares, shape), target());
      expectClose([ofShares.item()], [mean], 1e-6);
      expectClose(
        dp.data(),
        shares.map((p, i) => -oneHot[i]! / p / 4),
        1e-6,
      );
    });
  });

  test('rows are all axes but the last', () => {
    tidy(() => {
      const flat = crossEntropy({ fromLogits: true })(tensor(z, [4, 3]), tensor(labels, [4], 'i32'));
      const deep = crossEntropy({ fromLogits: true })(tensor(z, [2, 2, 3]), tensor(labels, [2, 2], 'i32'));
      const single = crossEntropy({ fromLogits: true })(tensor(z.slice(0, 3)), tensor(2, [], 'i32'));
      expect(deep.item()).toBe(flat.item());
      expectClose([single.item()], [-Math.log(shares[2]!)], 1e-6);
    });
  });
});

describe('at the edges', () => {
  test('logits of +-100 keep loss and gradient exact', () => {
    tidy(() => {
      const z = tensor([
        [100, -100],
        [-100, 100],
      ]);
      const [wrong, away] = valueAndGrad(crossEntropy({ fromLogits: true }))(z, tensor([1, 0], [2], 'i32'));
      expect(wrong.item()).toBe(200);
      expect(away.toArray()).toEqual([
        [0.5, -0.5],
        [-0.5, 0.5],
      ]);
      expect(crossEntropy({ fromLogits: true })(z, tensor([0, 1], [2], 'i32')).item()).toBeLessThan(1e-30);
      const [binary, pull] = valueAndGrad(binaryCrossEntropy({ fromLogits: true }))(
        tensor([100, -100]),
        tensor([0, 1]),
      );
      expect(binary.item()).toBe(100);
      expect(pull.toArray()).toEqual([0.5, -0.5]);
      const [right, rest] = valueAndGrad(binaryCrossEntropy({ fromLogits: true, reduction: 'sum' }))(
        tensor([-20, 20]),
        tensor([0, 1]),
      );
      expectClose([right.item() * 1e8, rest.data()[0]! * 1e8], [0.4122307, 0.2061154], 1e-6);
    });
  });

  test('probabilities 0 and 1 keep loss and gradient finite', () => {
    tidy(() => {
      for (const loss of [crossEntropy(), binaryCrossEntropy()]) {
        for (const target of [
          tensor([
            [0, 1],
            [1, 0],
          ]),
          tensor([
            [1, 0],
            [0, 1],
          ]),
        ]) {
          const [value, gradient] = valueAndGrad(loss)(
            tensor([
              [0, 1],
              [1, 0],
            ]),
            target,
          );
          expect(Number.isFinite(value.item())).toBe(true);
          expect(gradient.data().every(Number.isFinite)).toBe(true);
        }
        expect(loss(tensor([[0, 1]]), tensor([[0, 1]])).item()).toBe(0);
      }
      expect(crossEntropy()(tensor([[0, 1]]), tensor([0])).item()).toBeCloseTo(126 * Math.LN2, 4);
      expect(
        grad(crossEntropy())(tensor([[0, 1]]), tensor([0]))
          .data()
          .map(Math.abs),
      ).toEqual(Float32Array.of(0, 0));
      expect(grad(crossEntropy())(tensor([[1e-30, 1]]), tensor([0])).data()[0]).toBeCloseTo(-1e30, -25);
    });
  });

  test('NaN in the prediction makes the loss NaN', () => {
    tidy(() => {
      const target = tensor([[1, 0]]);
      for (const { make } of Object.values(table)) expect(make('mean')(tensor([[NaN, 0.5]]), target).item()).toBeNaN();
      expect(crossEntropy({ fromLogits: true })(tensor([[NaN, 0.5]]), target).item()).toBeNaN();
    });
  });

  test('the kink of the absolute value and the ends of the parabola', () => {
    tidy(() => {
      expect(grad(meanAbsoluteError())(tensor([1, 2]), tensor([1, 1])).toArray()).toEqual([0, 0.5]);
      const slope = grad(huber({ delta: 2, reduction: 'sum' }))(
        tensor([-3, -2, 0, 1, 2, 5]),
        tensor([0, 0, 0, 0, 0, 0]),
      );
      expect(slope.toArray()).toEqual([-2, -2, 0, 1, 2, 2]);
    });
  });
});

test('a compiled loss and its gradient have the eager bits', () => {
  for (const { make, range, targets } of Object.values(table)) {
    tidy(() => {
      const step = valueAndGrad(make('mean'));
      const fixed = compile(step);
      const [p, t] = [tensor(numbers(15, 3, ...range), [3, 5]), tensor(numbers(15, 4, ...targets), [3, 5])];
      for (let i = 0; i < 2; i++) {
        const [eager, recorded] = [step(p, t), fixed(p, t)];
        expect(recorded.map((x) => x.toArray())).toEqual(eager.map((x) => x.toArray()));
      }
      fixed.dispose();
    });
  }
});
