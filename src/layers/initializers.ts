import { finiteNumber, knownOptions, oneOf, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
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
    refuse(TypeError, where, `${what} to be a name, an object or a function`, show(value));
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

type RandomKernel = typeof kernels.uniformFill | typeof kernels.normalFill | typeof kernels.truncatedNormalFill;

function draw(kernel: RandomKernel, out: Tensor, { seed, stream }: RandomSource, a: number, b: number): void {
  call(kernel, out.pointer(), seed[0], seed[1], stream, a, b, 0, out.size);
}

/** Standard deviation of a normal cut at two deviations; dividing by it keeps the wanted variance (as Keras). */
const TRUNCATED_DEVIATION = 0.8796256610342398;

/** An initialiser with whatever parameters it has. */
interface Named {
  readonly name: InitializerName | 'constant';
  readonly value?: number;
  readonly mean?: number;
  readonly std?: number;
  readonly min?: number;
  readonly max?: number;
}

function fill(out: Tensor, source: RandomSource, named: Named): void {
  const { name, value = Number(name === 'ones'), mean = 0, std = WIDTH, min = -WIDTH, max = WIDTH } = named;
  if (name === 'zeros' || name === 'ones' || name === 'constant')
    return call(kernels.fill, out.pointer(), value, 0, out.size);
  if (name === 'orthogonal' || name === 'identity') return fillMatrix(name, out, source);
  if (name === 'randomNormal') return draw(kernels.normalFill, out, source, mean, std);
  if (name === 'randomUniform') return draw(kernels.uniformFill, out, source, min, max);
  const { fanIn, fanOut } = fans(out.shape);
  const variance = name.startsWith('glorot') ? 2 / (fanIn + fanOut) : (name.startsWith('he') ? 2 : 1) / fanIn;
  const limit = Math.sqrt(3 * variance);
  if (name.endsWith('Uniform')) draw(kernels.uniformFill, out, source, -limit, limit);
  else draw(kernels.truncatedNormalFill, out, source, 0, Math.sqrt(variance) / TRUNCATED_DEVIATION);
}

function copyFrom(values: Tensor, out: Tensor): void {
  call(kernels.copyBytes, values.pointer(), out.pointer(), 4 * out.size);
}

function fillMatrix(name: 'orthogonal' | 'identity', out: Tensor, source: RandomSource): void {
  if (out.shape.length < 2) refuse(ShapeError, name, 'a weight of at least two axes', out.shape);
  const columns = out.shape.at(-1) ?? 1;
  const rows = out.size / Math.max(1, columns);
  const values = new Float64Array(out.size);
  if (name === 'orthogonal') {
    draw(kernels.normalFill, out, source, 0, 1);
    orthonormal(out.data(), rows, columns, values);
  } else for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  copyFrom(tensor(values, out.shape), out);
}

/** Fills a weight with its first values. */
export function initialise(out: Tensor, initializer: Initializer, source: RandomSource): void {
  scoped(
    () => {
      if (typeof initializer === 'string') fill(out, source, { name: initializer });
      else if (typeof initializer === 'object') fill(out, source, initializer);
      else {
        const values = toTensor(initializer(out.shape));
        const expected = `values of shape ${shapeText(out.shape)}`;
        if (!sameShape(values.shape, out.shape)) refuse(ShapeError, 'initializer', expected, values.shape);
        copyFrom(values, out);
      }
    },
    () => [],
  );
}
