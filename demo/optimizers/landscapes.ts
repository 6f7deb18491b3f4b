// Losses of two parameters, to walk on.
import { add, mul, slice, square, sub, sum, type Tensor } from 'wasmgrad';

export type Point = readonly [x: number, y: number];

/** Learning rates that suit a landscape, by rule. */
export interface Rates {
  readonly sgd: number;
  readonly momentum: number;
  readonly rmsprop: number;
  readonly adam: number;
}

export interface Landscape {
  readonly title: string;
  /** The part that is shown: a square. */
  readonly left: number;
  readonly bottom: number;
  readonly side: number;
  readonly start: Point;
  readonly rates: Rates;
  /** The loss at a point, for the picture. */
  readonly at: (x: number, y: number) => number;
  /** The same from operations: theta [2] to a scalar, for the gradient. */
  readonly loss: (theta: Tensor) => Tensor;
  /** The smallest loss. */
  readonly least: number;
}

const parts = (theta: Tensor): [Tensor, Tensor] => [slice(theta, [0], [1]), slice(theta, [1], [1])];

export const LANDSCAPES: Readonly<Record<string, Landscape>> = {
  valley: {
    title: 'Narrow valley: (x² + 25 y²) / 2',
    ...{ left: -3.5, bottom: -3.5, side: 7, start: [-3, 1.2], least: 0 },
    rates: { sgd: 0.03, momentum: 0.015, rmsprop: 0.05, adam: 0.15 },
    at: (x, y) => (x * x + 25 * y * y) / 2,
    loss: (theta) => {
      const [x, y] = parts(theta);
      return sum(mul(0.5, add(square(x), mul(25, square(y)))));
    },
  },
  rosenbrock: {
    title: "Rosenbrock's banana: (1 − x)² + 100 (y − x²)²",
    ...{ left: -2, bottom: -1, side: 4, start: [-1.5, 2.2], least: 0 },
    rates: { sgd: 0.001, momentum: 0.0005, rmsprop: 0.01, adam: 0.05 },
    at: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
    loss: (theta) => {
      const [x, y] = parts(theta);
      return sum(add(square(sub(1, x)), mul(100, square(sub(y, square(x))))));
    },
  },
  himmelblau: {
    title: "Himmelblau's four valleys",
    ...{ left: -5.5, bottom: -5.5, side: 11, start: [-0.5, -0.8], least: 0 },
    rates: { sgd: 0.005, momentum: 0.003, rmsprop: 0.05, adam: 0.15 },
    at: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
    loss: (theta) => {
      const [x, y] = parts(theta);
      return sum(add(square(sub(add(square(x), y), 11)), square(sub(add(x, square(y)), 7))));
    },
  },
  saddle: {
    title: 'Saddle: x² − y² + y⁴ / 4',
    ...{ left: -2.5, bottom: -2.5, side: 5, start: [-2, 0.02], least: -1 },
    rates: { sgd: 0.03, momentum: 0.01, rmsprop: 0.03, adam: 0.06 },
    at: (x, y) => x * x - y * y + y ** 4 / 4,
    loss: (theta) => {
      const [x, y] = parts(theta);
      return sum(add(sub(square(x), square(y)), mul(0.25, square(square(y)))));
    },
  },
};
