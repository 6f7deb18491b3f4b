import { finiteNumber, knownOptions, oneOf, show } from '../core/checks.js';
import { ShapeError } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { tensor, toTensor, type TensorData } from '../tensors/creation.js';
import { scoped } from '../tensors/scope.js';
import type { Tensor } from '../tensors/tensor.js';
import { orthonormal } from './support/orthonormal.js';

const names = [
  'zeros',
  'ones',
  'glorotUniform',
  'glorotNormal',
  'heUniform',
  'heNormal',
  'lecunUniform',
  'lecunNormal',
  'randomNormal',
  'randomUniform',
  'orthogonal',
  'identity',
] as const;

export type InitializerName = (typeof names)[number];

/** A named initialiser, one with its parameter, or a function from shape to values. */
export type Initializer =
  | InitializerName
  | { readonly name: 'constant'; readonly value: number }
  | { readonly name: 'randomNormal'; readonly mean?: number; readonly std?: number }
  | { readonly name: 'randomUniform'; readonly min?: number; readonly max?: number }
  | ((shape: Shape) => Tensor | TensorData);

/** Where a weight's random numbers come from: the model's seed, and a stream of its own. */
export interface RandomSource {
  readonly seed: readonly [low: number, high: number];
  readonly stream: number;
}

/** Keras' standard deviation of `'randomNormal'` and limit of `'randomUniform'`. */
const WIDTH = 0.05;

/** Checks an initialiser option. */
export function checkInitializer(where: string, what: string, value: Initializer): Initializer {
  if (typeof value === 'function') return value;
  if (typeof value === 'string') return oneOf(where, what, value, names);
  if (typeof value !== 'object' || (value as unknown) === null) {
    throw new TypeError(`${where}: expected ${what} to be a name, an object or a function, got ${show(value)}`);
  }
  const at = `${where}: ${what}`;
  oneOf(where, `${what}.name`, value.name, ['constant', 'randomNormal', 'randomUniform']);
  if (value.name === 'constant') {
    knownOptions(at, value, ['name', 'value']);
    finiteNumber(at, 'value', value.value);
  } else if (value.name === 'randomNormal') {
    knownOptions(at, value, ['name', 'mean', 'std']);
    finiteNumber(at, 'mean', value.mean ?? 0);
    finiteNumber(at, 'std', value.std ?? WIDTH, { min: 0 });
  } else {
    knownOptions(at, value, ['name', 'min', 'max']);
    const min = finiteNumber(at, 'min', value.min ?? -WIDTH);
    finiteNumber(at, 'max', value.max ?? WIDTH, { min });
  }
  return value;
}

/** Inputs and outputs of one unit: kernels are [..., in, out], the axes before are the receptive field. */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * (shape.at(-2) ?? 1), fanOut: field * (shape.at(-1) ?? 1) };
}

function uniform(out: Tensor, { seed, stream }: RandomSource, min: number, max: number): void {
  call(kernels.uniformFill, out.pointer(), seed[0], seed[1], stream, min, max, 0, out.size);
}

function normal(out: Tensor, { seed, stream }: RandomSource, mean: number, std: number): void {
  call(kernels.normalFill, out.pointer(), seed[0], seed[1], stream, mean, std, 0, out.size);
}

/** Standard deviation of a normal cut at two deviations; dividing by it keeps the wanted variance (as Keras). */
const TRUNCATED_DEVIATION = 0.8796256610342398;

function scaled(out: Tensor, source: RandomSource, kind: 'Uniform' | 'Normal', variance: number): void {
  if (kind === 'Uniform') {
    const limit = Math.sqrt(3 * variance);
    uniform(out, source, -limit, limit);
  } else {
    const std = Math.sqrt(variance) / TRUNCATED_DEVIATION;
    call(
      kernels.truncatedNormalFill,
      out.pointer(),
      source.seed[0],
      source.seed[1],
      source.stream,
      0,
      std,
      0,
      out.size,
    );
  }
}

function fillByName(name: InitializerName, out: Tensor, source: RandomSource): void {
  const { fanIn, fanOut } = fans(out.shape);
  switch (name) {
    case 'zeros':
      return call(kernels.fill, out.pointer(), 0, 0, out.size);
    case 'ones':
      return call(kernels.fill, out.pointer(), 1, 0, out.size);
    case 'glorotUniform':
    case 'glorotNormal':
      return scaled(out, source, name === 'glorotUniform' ? 'Uniform' : 'Normal', 2 / (fanIn + fanOut));
    case 'heUniform':
    case 'heNormal':
      return scaled(out, source, name === 'heUniform' ? 'Uniform' : 'Normal', 2 / fanIn);
    case 'lecunUniform':
    case 'lecunNormal':
      return scaled(out, source, name === 'lecunUniform' ? 'Uniform' : 'Normal', 1 / fanIn);
    case 'randomNormal':
      return normal(out, source, 0, WIDTH);
    case 'randomUniform':
      return uniform(out, source, -WIDTH, WIDTH);
    case 'orthogonal':
    case 'identity':
      return fillMatrix(name, out, source);
  }
}

function copyFrom(values: Tensor, out: Tensor): void {
  call(kernels.copyBytes, values.pointer(), out.pointer(), 4 * out.size);
}

function fillMatrix(name: 'orthogonal' | 'identity', out: Tensor, source: RandomSource): void {
  if (out.shape.length < 2)
    throw new ShapeError(`${name}: expected a weight of at least two axes, got ${shapeText(out.shape)}`);
  const columns = out.shape.at(-1) ?? 1;
  const rows = out.size / Math.max(1, columns);
  const values = new Float64Array(out.size);
  if (name === 'orthogonal') {
    normal(out, source, 0, 1);
    orthonormal(out.data(), rows, columns, values);
  } else for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  copyFrom(tensor(values, out.shape), out);
}

/** Fills a weight with its first values. */
export function initialise(out: Tensor, initializer: Initializer, source: RandomSource): void {
  scoped(
    () => {
      if (typeof initializer === 'string') fillByName(initializer, out, source);
      else if (typeof initializer === 'function') {
        const values = toTensor(initializer(out.shape));
        if (!sameShape(values.shape, out.shape)) {
          throw new ShapeError(
            `initializer: expected values of shape ${shapeText(out.shape)}, got ${shapeText(values.shape)}`,
          );
        }
        copyFrom(values, out);
      } else if (initializer.name === 'constant') call(kernels.fill, out.pointer(), initializer.value, 0, out.size);
      else if (initializer.name === 'randomNormal')
        normal(out, source, initializer.mean ?? 0, initializer.std ?? WIDTH);
      else uniform(out, source, initializer.min ?? -WIDTH, initializer.max ?? WIDTH);
    },
    () => [],
  );
}
