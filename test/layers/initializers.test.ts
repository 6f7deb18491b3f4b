import { describe, expect, it } from 'vitest';
import { ShapeError, tensor } from '../../src/index.js';
import { dense, type Initializer } from '../../src/layers/index.js';
import { checkInitializer, fans, initialise } from '../../src/layers/initializers.js';
import { Tensor } from '../../src/tensors/tensor.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

/** The values an initialiser gives a weight. */
function values(initializer: Initializer, shape: readonly number[], seed = 1, stream = 1): Float32Array {
  const out = Tensor.allocate(shape);
  try {
    initialise(out, initializer, { seed: [seed, 0], stream });
    return Float32Array.from(out.data());
  } finally {
    out.dispose();
  }
}

const mean = (x: Float32Array): number => x.reduce((a, b) => a + b, 0) / x.length;
const variance = (x: Float32Array): number => x.reduce((total, v) => total + v * v, 0) / x.length - mean(x) ** 2;

const SHAPE = [3, 3, 40, 25]; // a convolution's: fan in 360, fan out 225
const SIZE = 9000;

describe('random initialisers', () => {
  it.each([
    ['glorotUniform', 2 / (360 + 225)],
    ['glorotNormal', 2 / (360 + 225)],
    ['heUniform', 2 / 360],
    ['heNormal', 2 / 360],
    ['lecunUniform', 1 / 360],
    ['lecunNormal', 1 / 360],
  ] as const)('%s has variance %d by its fans, mean 0, and its range', (name, expected) => {
    const x = values(name, SHAPE);
    expect(Math.abs(mean(x))).toBeLessThan(5 * Math.sqrt(expected / SIZE));
    expect(Math.abs(variance(x) / expected - 1)).toBeLessThan(0.06);
    const uniform = name.endsWith('Uniform');
    // Normals are cut at two of their own deviations, and widened so that the variance stays.
    const limit = uniform ? Math.sqrt(3 * expected) : (2 * Math.sqrt(expected)) / 0.8796256610342398;
    const largest = Math.max(...x.map(Math.abs));
    expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
    expect(largest).toBeGreaterThan(0.98 * limit);
    // Within half the limit lie half of the uniforms, and erf(1/sqrt 2) / erf(sqrt 2) of the normals.
    const inner = x.filter((v) => Math.abs(v) < limit / 2).length / SIZE;
    expect(Math.abs(inner - (uniform ? 0.5 : 0.6827 / 0.9545))).toBeLessThan(0.03);
  });

  it.each<[Initializer, number, number]>([
    ['randomNormal', 0, 0.05],
    [{ name: 'randomNormal', mean: 3, std: 0.5 }, 3, 0.5],
    ['randomUniform', 0, 0.1 / Math.sqrt(12)],
    [{ name: 'randomUniform', min: 2, max: 5 }, 3.5, 3 / Math.sqrt(12)],
  ])('%j has mean %d and deviation %d', (initializer, expected, deviation) => {
    const x = values(initializer, SHAPE);
    expect(Math.abs(mean(x) - expected)).toBeLessThan((5 * deviation) / Math.sqrt(SIZE));
    expect(Math.abs(Math.sqrt(variance(x)) / deviation - 1)).toBeLessThan(0.05);
    if (typeof initializer === 'object' && 'name' in initializer && initializer.name === 'randomUniform')
      expect([Math.floor(Math.min(...x)), Math.ceil(Math.max(...x))]).toEqual([2, 5]);
  });

  it('follow seed and stream', () => {
    for (const name of ['glorotUniform', 'heNormal', 'randomNormal', 'orthogonal'] as const) {
      expect(values(name, [4, 5])).toEqual(values(name, [4, 5]));
      expect(values(name, [4, 5])).not.toEqual(values(name, [4, 5], 2));
      expect(values(name, [4, 5])).not.toEqual(values(name, [4, 5], 1, 2));
    }
  });

  it('count inputs and outputs as Keras does', () => {
    expect(fans([7])).toEqual({ fanIn: 7, fanOut: 7 });
    expect(fans([3, 5])).toEqual({ fanIn: 3, fanOut: 5 });
    expect(fans([2, 4, 3, 5])).toEqual({ fanIn: 24, fanOut: 40 });
  });
});

describe('orthogonal', () => {
  it.each([[[6, 6]], [[9, 4]], [[4, 9]], [[2, 3, 2, 5]], [[1, 7]], [[60, 30]]])(
    '%j has orthonormal rows or columns',
    (shape) => {
      const x = values('orthogonal', shape);
      const columns = shape.at(-1)!;
      const rows = x.length / columns;
      const count = Math.min(rows, columns);
      const at = (i: number, k: number): number => (rows <= columns ? x[i * columns + k]! : x[k * columns + i]!);
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) {
          let dot = 0;
          for (let k = 0; k < Math.max(rows, columns); k++) dot += at(i, k) * at(j, k);
          expect(dot).toBeCloseTo(Number(i === j), 5);
        }
      }
    },
  );

  it('needs two axes', () => {
    expect(() => values('orthogonal', [4])).toThrow(
      new ShapeError('orthogonal: expected a weight of at least two axes, got [4]'),
    );
    expect(() => values('identity', [4])).toThrow(
      new ShapeError('identity: expected a weight of at least two axes, got [4]'),
    );
  });
});

describe('fixed initialisers', () => {
  it.each<[Initializer, readonly number[], readonly number[]]>([
    ['zeros', [2, 2], [0, 0, 0, 0]],
    ['ones', [3], [1, 1, 1]],
    [{ name: 'constant', value: 2.5 }, [2], [2.5, 2.5]],
    ['identity', [2, 3], [1, 0, 0, 0, 1, 0]],
    ['identity', [3, 2], [1, 0, 0, 1, 0, 0]],
    [() => [[1, 2], [3, 4]], [2, 2], [1, 2, 3, 4]], // prettier-ignore
    [(shape) => tensor(new Float32Array(4).fill(shape.length), shape), [2, 2], [2, 2, 2, 2]],
  ])('%s fills %j with %j', (initializer, shape, expected) => {
    expect([...values(initializer, shape)]).toEqual(expected);
  });

  it('functions must give values of the shape', () => {
    expect(() => values(() => [1, 2, 3], [2, 2])).toThrow(
      new ShapeError('initializer: expected values of shape [2, 2], got [3]'),
    );
  });
});

describe('options', () => {
  const check = (value: unknown): unknown => checkInitializer('dense', 'kernelInitializer', wrong(value));
  it('that are wrong are refused', () => {
    expect(() => check('glorot')).toThrow(
      typed(RangeError, /^dense: expected kernelInitializer to be one of .*, got 'glorot'$/),
    );
    expect(() => check(3)).toThrow(
      new TypeError('dense: expected kernelInitializer to be a name, an object or a function, got 3'),
    );
    expect(() => check(null)).toThrow(
      new TypeError('dense: expected kernelInitializer to be a name, an object or a function, got null'),
    );
    expect(() => check({ name: 'heNormal' })).toThrow(
      new RangeError(
        "dense: expected kernelInitializer.name to be one of 'constant', 'randomNormal', 'randomUniform', got 'heNormal'",
      ),
    );
    expect(() => check({ name: 'constant' })).toThrow(
      new TypeError('dense: kernelInitializer: expected value to be a finite number, got undefined'),
    );
    expect(() => check({ name: 'constant', value: NaN })).toThrow(
      new RangeError('dense: kernelInitializer: expected value to be a finite number, got NaN'),
    );
    expect(() => check({ name: 'constant', valu: 1 })).toThrow(
      typed(TypeError, /^dense: kernelInitializer: expected options .*, got unknown option 'valu'$/),
    );
    expect(() => check({ name: 'randomNormal', std: -1 })).toThrow(
      new RangeError('dense: kernelInitializer: expected std to be a finite number >= 0, got -1'),
    );
    expect(() => check({ name: 'randomNormal', mean: '0' })).toThrow(
      new TypeError("dense: kernelInitializer: expected mean to be a finite number, got '0'"),
    );
    expect(() => check({ name: 'randomUniform', min: 1, max: 0 })).toThrow(
      new RangeError('dense: kernelInitializer: expected max to be a finite number >= 1, got 0'),
    );
    expect(() => check({ name: 'randomUniform', low: 1 })).toThrow(
      typed(TypeError, /^dense: kernelInitializer: expected options .*, got unknown option 'low'$/),
    );
    expect(() => dense({ units: 1, biasInitializer: wrong('zero') })).toThrow(
      typed(RangeError, /^dense: expected biasInitializer to be one of .*, got 'zero'$/),
    );
  });
});

it('a function may give whole numbers as an Int32Array', () => {
  expect([...values(() => Int32Array.of(1, -2), [2])]).toEqual([1, -2]);
});
