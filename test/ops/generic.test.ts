// What holds for every operation, checked on every row of the table: the value, both derivative modes, second
// derivatives in all orders of nesting, memory, and that a compiled function is the eager one, bit for bit.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, vjp } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { addSame } from '../../src/autodiff/linear.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { mul } from '../../src/ops/mul.js';
import { liveHandles } from '../../src/runtime/statistics.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { dot64, gradient64, type Array64 } from '../support/arrays.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { samples } from '../support/samples/index.js';
import { arraysOf, tensorsOf, type Input, type Sample } from '../support/samples/sample.js';
import { expectClose, numbers } from '../support/slices.js';

const name = ({ op, variant }: Sample): string => (variant === undefined ? op : `${op} (${variant})`);
const rows = samples.map((sample) => [name(sample), sample] as const);
const differentiableRows = rows.filter(([, sample]) => differentiable(sample, sample.cases[0]!).length > 0);

function differentiable(sample: Sample, inputs: readonly Input[]): readonly number[] {
  return sample.differentiable ?? inputs.flatMap(({ dtype }, i) => (dtype === 'i32' ? [] : [i]));
}

/** One case of a row, as a scalar function of the inputs it can be differentiated by, here and in float64. */
interface Problem {
  readonly points: Tensor[];
  readonly directions: Tensor[];
  readonly output: (...points: Tensor[]) => Tensor;
  readonly weights: Tensor;
  /** <weights, output>. */
  readonly scalar: (...points: Tensor[]) => Tensor;
  /** The same of the reference, of all points one after the other. */
  readonly scalar64: (flat: Float64Array) => number;
  readonly flatPoints: Float64Array;
  readonly flatDirections: Float64Array;
}

const dot = (a: Tensor, b: Tensor): Tensor => sumTo(mul(a, b), []);
const joined = (parts: readonly ArrayLike<number>[]): Float64Array =>
  Float64Array.from(parts.flatMap((part) => Array.from(part)));

function problemOf(sample: Sample, inputs: readonly Input[]): Problem {
  const tensors = tensorsOf(inputs);
  const arrays = arraysOf(inputs);
  const which = differentiable(sample, inputs);
  const points = which.map((i) => tensors[i]!);
  const output = (...moved: Tensor[]): Tensor =>
    sample.apply(...tensors.map((x, i) => (which.includes(i) ? moved[which.indexOf(i)]! : x)));
  const result = sample.reference(...arrays);
  const weights = tensor(numbers(result.data.length, 91), result.shape);
  const directions = points.map((x, i) => tensor(numbers(x.size, 71 + i), x.shape));
  const scalar64 = (flat: Float64Array): number => {
    let offset = 0;
    const moved = arrays.map((array, i): Array64 => {
      if (!which.includes(i)) return array;
      const data = flat.subarray(offset, (offset += array.data.length));
      return { shape: array.shape, data };
    });
    return dot64(weights.data(), sample.reference(...moved).data);
  };
  return {
    points,
    directions,
    output,
    weights,
    scalar: (...moved) => dot(output(...moved), weights),
    scalar64,
    flatPoints: joined(which.map((i) => arrays[i]!.data)),
    flatDirections: joined(directions.map((x) => x.data())),
  };
}

function expectClosest(actual: readonly Tensor[], expected: ArrayLike<number>, tolerance: number): void {
  expectClose(joined(actual.map((x) => x.data())), expected, tolerance);
}

function eachCase(sample: Sample, body: (problem: Problem, inputs: readonly Input[]) => void): void {
  for (const inputs of sample.cases) {
    tidy(() => {
      body(problemOf(sample, inputs), inputs);
    });
  }
}

describe('values', () => {
  withRuntime();
  it.each(rows)('%s', (_, sample) => {
    for (const inputs of sample.cases) {
      tidy(() => {
        const given = tensorsOf(inputs);
        const before = liveHandles();
        const result = sample.apply(...given);
        expect(liveHandles() - before, 'handles made').toBe(sample.handles ?? 1);
        const expected = sample.reference(...arraysOf(inputs));
        expect(result.shape).toEqual([...expected.shape]);
        expectClose(result.data(), expected.data, sample.tolerance ?? 2e-6);
      });
    }
  });
});

describe('first derivatives', () => {
  withRuntime();
  it.each(differentiableRows)('%s', (_, sample) => {
    eachCase(sample, ({ points, directions, output, weights, scalar64, flatPoints, flatDirections }) => {
      const tolerance = sample.gradientTolerance ?? 2e-5;
      const expected = gradient64(scalar64, flatPoints, 1e-3);
      const [, pull] = vjp(output, points);
      const gradients = pull(weights);
      pull.dispose();
      gradients.forEach((gradient, i) => {
        expect(gradient.shape).toEqual(points[i]!.shape);
      });
      expectClosest(gradients, expected, tolerance);
      const [, tangent] = jvp(output, points, directions);
      expectClose([dot64(tangent.data(), weights.data())], [dot64(expected, flatDirections)], 4 * tolerance);
    });
  });
});

describe('second derivatives, reverse over reverse, forward over reverse, reverse over forward', () => {
  withRuntime();
  it.each(differentiableRows)('%s', (_, sample) => {
    eachCase(sample, ({ points, directions, scalar, scalar64, flatPoints, flatDirections }) => {
      const tolerance = sample.secondTolerance ?? 2e-4;
      const along = (flat: Float64Array): number => {
        const at = (t: number): number => scalar64(flat.map((x, i) => x + t * flatDirections[i]!));
        const h = 1e-3;
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      };
      const expected = gradient64(along, flatPoints, 1e-3);
      const gradients = grad((xs: readonly Tensor[]) => scalar(...xs));
      const reverse = grad((xs: readonly Tensor[]) =>
        gradients(xs)
          .map((gradient, i) => dot(gradient, directions[i]!))
          .reduce(addSame),
      );
      expectClosest(reverse(points), expected, tolerance);
      const forward = points.map((__, i) => jvp((...xs) => gradients(xs)[i]!, points, directions)[1]);
      expectClosest(forward, expected, tolerance);
      const mixed = grad((xs: readonly Tensor[]) => jvp(scalar, xs, directions)[1]);
      expectClosest(mixed(points), expected, tolerance);
    });
  });
});

describe('compiled', () => {
  withRuntime();
  it.each(rows)('%s', (_, sample) => {
    const apply = compile(sample.apply);
    for (const inputs of sample.cases) {
      tidy(() => {
        const given = tensorsOf(inputs);
        apply(...tensorsOf(inputs, 5)); // records with other values than it is asked for next
        const [compiled, eager] = [apply(...given), sample.apply(...given)];
        expect(compiled.shape).toEqual(eager.shape);
        expect(compiled.dtype).toBe(eager.dtype);
        expect(bitPatterns(compiled.data())).toEqual(bitPatterns(eager.data()));
      });
    }
    apply.dispose();
  });

  it.each(differentiableRows)('the gradient of %s', (_, sample) => {
    eachCase(sample, ({ points, scalar }) => {
      const eager = grad((xs: readonly Tensor[]) => scalar(...xs));
      const compiled = compile(eager);
      const [first, second] = [compiled(points), compiled(points)];
      eager(points).forEach((gradient, i) => {
        expect(bitPatterns(first[i]!.data())).toEqual(bitPatterns(gradient.data()));
        expect(bitPatterns(second[i]!.data())).toEqual(bitPatterns(gradient.data()));
      });
      compiled.dispose();
    });
  });
});

describe('random broadcast shapes', () => {
  withRuntime();
  const shapes = (operands: number): fc.Arbitrary<number[][]> =>
    fc.array(fc.constantFrom(1, 1, 2, 3, 5), { maxLength: 5 }).chain((full) =>
      fc.array(
        fc
          .tuple(fc.nat(full.length), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }))
          .map(([cut, single]) => full.slice(cut).map((size, i) => (single[i] ? 1 : size))),
        { minLength: operands, maxLength: operands },
      ),
    );
  const broadcasting = rows.filter(([, { operands }]) => operands);

  it.each(broadcasting)('%s', (_, sample) => {
    const operands = sample.operands!;
    fc.assert(
      fc.property(shapes(operands.length), fc.nat(1000), (found, seed) => {
        const inputs = found.map((shape, i) => ({ ...operands[i], shape }));
        tidy(() => {
          const result = sample.apply(...tensorsOf(inputs, seed));
          const expected = sample.reference(...arraysOf(inputs, seed));
          expect(result.shape).toEqual([...expected.shape]);
          expectClose(result.data(), expected.data, sample.tolerance ?? 2e-6);
          if (differentiable(sample, inputs).length === 0) return;
          const { points, directions, output, weights } = problemOf(sample, inputs);
          const [, pull] = vjp(output, points);
          const gradients = pull(weights);
          pull.dispose();
          const [, tangent] = jvp(output, points, directions);
          const reverse = gradients.reduce(
            (sum, gradient, i) => sum + dot64(gradient.data(), directions[i]!.data()),
            0,
          );
          expectClose([dot64(tangent.data(), weights.data())], [reverse], 2e-4);
        });
      }),
      { numRuns: 40, seed: 1 },
    );
  });
});
