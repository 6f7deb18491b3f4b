// The recurrent operations against float64 references: values, derivatives of both modes and two orders, padding that
// influences nothing, and compiled programs that give the bits of the eager ones.
import { describe, expect, it } from 'vitest';
import { compile } from '../../src/autodiff/compile.js';
import { grad, valueAndGrad } from '../../src/ops/differentiation.js';
import { jvp } from '../../src/ops/differentiation.js';
import { addSame } from '../../src/autodiff/linear.js';
import { sumTo } from '../../src/ops/broadcast.js';
import { gru } from '../../src/ops/gru.js';
import { leakyRelu } from '../../src/ops/leakyRelu.js';
import { lstm, type GatedOptions } from '../../src/ops/lstm.js';
import { mul } from '../../src/ops/mul.js';
import { relu } from '../../src/ops/relu.js';
import { sigmoid } from '../../src/ops/sigmoid.js';
import { maskSteps } from '../../src/ops/maskSteps.js';
import { lastStep } from '../../src/ops/sequence.js';
import { simpleRnn } from '../../src/ops/simpleRnn.js';
import type { RecurrentInputs } from '../../src/ops/support/recurrentCell.js';
import { tanh } from '../../src/ops/tanh.js';
import { fusedActivation } from '../../src/ops/support/fusedActivation.js';
import { tensor } from '../../src/tensors/creation.js';
import type { Tensor } from '../../src/tensors/tensor.js';
import { tidy } from '../../src/tensors/tidy.js';
import { dot64, gradient64, type Array64 } from '../support/arrays.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { gru64, gruBefore64, lstm64, simple64, unroll64, type Cell64, type Inputs64 } from '../support/recurrent64.js';
import { expectClose, numbers } from '../support/slices.js';

interface Variant {
  readonly name: string;
  readonly gates: number;
  readonly states: number;
  readonly recurrentBias?: boolean;
  readonly apply: (inputs: RecurrentInputs) => Tensor[];
  readonly reference: Cell64;
}

const sigmoid64 = (x: number): number => 1 / (1 + Math.exp(-x));
const simple = (activation: string, activate: (x: Tensor) => Tensor, f: (x: number) => number, slope = 0): Variant => ({
  name: `simpleRnn ${activation}`,
  gates: 1,
  states: 1,
  apply: (inputs) => [simpleRnn(inputs, { fused: fusedActivation(activation, slope), activate })],
  reference: simple64(f),
});

const usual: GatedOptions = { activate: tanh, gate: sigmoid, usual: true };
const slow: GatedOptions = { ...usual, usual: false };
const gruVariant = (name: string, options: GatedOptions, resetAfter: boolean): Variant => ({
  name,
  gates: 3,
  states: 1,
  recurrentBias: resetAfter,
  apply: (inputs) => [gru(inputs, { ...options, resetAfter })],
  reference: resetAfter ? gru64 : gruBefore64,
});

const variants: readonly Variant[] = [
  simple('tanh', tanh, Math.tanh),
  simple('sigmoid', sigmoid, sigmoid64),
  simple(
    'linear',
    (x) => x,
    (x) => x,
  ),
  { ...simple('custom', tanh, Math.tanh), name: 'simpleRnn step by step' },
  { name: 'lstm', gates: 4, states: 2, apply: (inputs) => lstm(inputs, usual), reference: lstm64 },
  { name: 'lstm step by step', gates: 4, states: 2, apply: (inputs) => lstm(inputs, slow), reference: lstm64 },
  gruVariant('gru', usual, true),
  gruVariant('gru step by step', slow, true),
  gruVariant('gru, reset before', usual, false),
];
const kinked: readonly Variant[] = [
  simple('relu', relu, (x) => Math.max(x, 0)),
  simple(
    'leakyRelu',
    (x) => leakyRelu(x, 0.3),
    (x) => (x > 0 ? x : 0.3 * x),
    0.3,
  ),
];

interface Sizes {
  readonly batch: number;
  readonly steps: number;
  readonly features: number;
  readonly units: number;
  readonly bias: boolean;
  readonly lengths?: readonly number[];
}

const small: Sizes = { batch: 3, steps: 4, features: 2, units: 3, bias: true };
const sizes: readonly Sizes[] = [
  small,
  { ...small, lengths: [4, 1, 3] },
  { batch: 1, steps: 1, features: 1, units: 1, bias: false },
  {
    batch: 23,
    steps: 5,
    features: 3,
    units: 6,
    bias: true,
    lengths: Array.from({ length: 23 }, (_, i) => 1 + (i % 5)),
  },
  { batch: 45, steps: 3, features: 17, units: 16, bias: true },
];

const text = (value: unknown): string => JSON.stringify(value);

/** The differentiable inputs in the order of the operation, flat: shapes, and values from a seed. */
function makeInputs(variant: Variant, { batch, steps, features, units, bias }: Sizes): Array64[] {
  const columns = variant.gates * units;
  const shapes = [
    [batch, steps, features],
    [features, columns],
    [units, columns],
    ...Array.from({ length: variant.states }, () => [batch, units]),
    ...(bias ? [[columns]] : []),
    ...(bias && variant.recurrentBias ? [[columns]] : []),
  ];
  return shapes.map((shape, i) => ({
    shape,
    data: Float64Array.from(
      numbers(
        shape.reduce((a, b) => a * b, 1),
        11 + i,
        -0.9,
        0.9,
      ),
    ),
  }));
}

function named<T>(
  variant: Variant,
  all: readonly T[],
): { x: T; kernel: T; recurrentKernel: T; states: T[]; bias?: T; recurrentBias?: T } {
  const [x, kernel, recurrentKernel, ...rest] = all as [T, T, T, ...T[]];
  const [bias, recurrentBias] = rest.slice(variant.states);
  return {
    x,
    kernel,
    recurrentKernel,
    states: rest.slice(0, variant.states),
    ...(bias === undefined ? {} : { bias }),
    ...(recurrentBias === undefined ? {} : { recurrentBias }),
  };
}

const dot = (a: Tensor, b: Tensor): Tensor => sumTo(mul(a, b), []);

/** A weighted sum of all outputs, in f32 and in float64. */
function problem(variant: Variant, size: Sizes) {
  const arrays = makeInputs(variant, size);
  const { batch, steps, units } = size;
  const points = arrays.map(({ data, shape }) => tensor(data, shape));
  const lengths = size.lengths && tensor(Int32Array.from(size.lengths));
  const weights = Array.from({ length: variant.states }, (_, i) =>
    tensor(numbers(batch * steps * units, 91 + i), [batch, steps, units]),
  );
  const output = (...all: Tensor[]): Tensor[] => variant.apply({ ...named(variant, all), lengths });
  const scalar = (...all: Tensor[]): Tensor =>
    output(...all)
      .map((y, i) => dot(y, weights[i]!))
      .reduce(addSame);
  const reference = (flat: Float64Array): Array64[] => {
    let offset = 0;
    const moved = arrays.map(({ shape, data }) => ({ shape, data: flat.subarray(offset, (offset += data.length)) }));
    const inputs: Inputs64 = { ...named(variant, moved), lengths: size.lengths };
    return unroll64(variant.reference, inputs);
  };
  const weights64 = weights.map((weight) => weight.data());
  const scalar64 = (flat: Float64Array): number =>
    reference(flat).reduce((sum, { data }, i) => sum + dot64(weights64[i]!, data), 0);
  const flat = Float64Array.from(arrays.flatMap(({ data }) => Array.from(data)));
  return { points, output, scalar, reference, scalar64, flat };
}

const joined = (parts: readonly Tensor[]): Float64Array =>
  Float64Array.from(parts.flatMap((part) => Array.from(part.data())));

describe.each([...variants, ...kinked])('$name', (variant) => {
  withRuntime();

  it.each(sizes.map((size) => [text(size), size] as const))('values and first derivatives %s', (_, size) => {
    tidy(() => {
      const { points, output, scalar, reference, scalar64, flat } = problem(variant, size);
      output(...points).forEach((y, i) => {
        expectClose(y.data(), reference(flat)[i]!.data, 5e-6);
      });
      if (flat.length > 400) return;
      const step = kinked.includes(variant) ? 1e-5 : 1e-3;
      const expected = gradient64(scalar64, flat, step);
      expectClose(joined(grad((all: readonly Tensor[]) => scalar(...all))(points)), expected, 3e-5);
      const directions = points.map(({ size: n, shape }, i) => tensor(numbers(n, 71 + i), shape));
      const [, tangent] = jvp(scalar, points, directions);
      expectClose(tangent.data(), [dot64(expected, joined(directions))], 1e-4);
    });
  });

  it('fused and step by step give the same gradient for blocks of sequences', () => {
    tidy(() => {
      const { points, scalar } = problem(variant, sizes[4]!);
      const directions = points.map(({ size: n, shape }, i) => tensor(numbers(n, 71 + i), shape));
      const gradients = grad((all: readonly Tensor[]) => scalar(...all))(points);
      const [, tangent] = jvp(scalar, points, directions);
      expectClose([dot64(joined(gradients), joined(directions))], tangent.data(), 2e-5);
    });
  });

  it('compiled gradient: the bits of the eager one', () => {
    tidy(() => {
      const { points, scalar } = problem(variant, sizes[3]!);
      const eager = valueAndGrad((all: readonly Tensor[]) => scalar(...all));
      const compiled = compile(eager);
      const [value, gradients] = eager(points);
      compiled(points.map((x) => mul(x, 0.5)));
      const [again, others] = compiled(points);
      expect(bitPatterns(again.data())).toEqual(bitPatterns(value.data()));
      gradients.forEach((gradient, i) => {
        expect(bitPatterns(others[i]!.data())).toEqual(bitPatterns(gradient.data()));
      });
      compiled.dispose();
    });
  });
});

describe.each(variants)('second derivatives of $name', (variant) => {
  withRuntime();
  it.each([
    ['full', small],
    ['lengths', sizes[1]!],
  ])('%s: reverse over reverse, forward over reverse, reverse over forward', (_, size) => {
    tidy(() => {
      const { points, scalar, scalar64, flat } = problem(variant, size);
      const directions = points.map(({ size: n, shape }, i) => tensor(numbers(n, 71 + i), shape));
      const flatDirections = joined(directions);
      const along = (x: Float64Array): number => {
        const at = (t: number): number => scalar64(x.map((value, i) => value + t * flatDirections[i]!));
        const h = 1e-3;
        return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
      };
      const expected = gradient64(along, flat, 1e-3);
      const gradients = grad((all: readonly Tensor[]) => scalar(...all));
      const reverse = grad((all: readonly Tensor[]) =>
        gradients(all)
          .map((gradient, i) => dot(gradient, directions[i]!))
          .reduce(addSame),
      );
      expectClose(joined(reverse(points)), expected, 3e-4);
      const forward = points.map((__, i) => jvp((...all) => gradients(all)[i]!, points, directions)[1]);
      expectClose(joined(forward), expected, 3e-4);
      const mixed = grad((all: readonly Tensor[]) => jvp(scalar, all, directions)[1]);
      expectClose(joined(mixed(points)), expected, 3e-4);
    });
  });
});

describe.each(variants)('padding of $name', (variant) => {
  withRuntime();
  it.each([NaN, Infinity, 1e30])('%d past a length changes no bit, and has no gradient', (filling) => {
    tidy(() => {
      const size = sizes[3]!;
      const { points, output } = problem(variant, size);
      const [x, ...rest] = points as [Tensor, ...Tensor[]];
      const lengths = tensor(Int32Array.from(size.lengths!));
      const padding = (i: number): boolean =>
        Math.floor(i / size.features) % size.steps >= size.lengths![Math.floor(i / (size.features * size.steps))]!;
      const padded = tensor(Array.from(x.data(), (value, i) => (padding(i) ? filling : value)).flat(), [x.size]);
      const other = tensor(padded.data(), x.shape);
      const run = valueAndGrad((all: readonly Tensor[]) => {
        const [input, ...others] = all as [Tensor, ...Tensor[]];
        return dot(
          output(maskSteps(input, lengths), ...others)[0]!,
          tensor(numbers(size.batch * size.steps * size.units, 5), [size.batch, size.steps, size.units]),
        );
      });
      const [value, gradients] = run([x, ...rest]);
      const [again, others] = run([other, ...rest]);
      expect(bitPatterns(again.data())).toEqual(bitPatterns(value.data()));
      gradients.forEach((gradient, i) => {
        expect(bitPatterns(others[i]!.data())).toEqual(bitPatterns(gradient.data()));
      });
      others[0]!.data().forEach((entry, i) => {
        if (padding(i)) expect(entry).toBe(0);
      });
    });
  });
});

it('the last steps of sequences have derivatives of two orders', () => {
  tidy(() => {
    const [x, lengths] = [tensor([1, 2, 3, 4, 5, 6], [2, 3, 1]), tensor(Int32Array.of(2, 1))];
    const cubes = (y: Tensor): Tensor => mul(y, mul(y, y));
    const first = grad((at: Tensor) => sumTo(cubes(lastStep(at, lengths)), []));
    const squares = grad((at: Tensor) => {
      const g = first(at);
      return sumTo(mul(g, g), []);
    });
    expect([...first(x).data()]).toEqual([0, 3 * 2 ** 2, 0, 3 * 4 ** 2, 0, 0]);
    expect([...squares(x).data()]).toEqual([0, 36 * 2 ** 3, 0, 36 * 4 ** 3, 0, 0]); // of the sum of 9 x^4
    expect([...jvp(first, [x], [tensor([1, 1, 1, 1, 1, 1], [2, 3, 1])])[1].data()]).toEqual([0, 12, 0, 24, 0, 0]);
  });
});
