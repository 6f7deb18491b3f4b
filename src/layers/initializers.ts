import { finiteNumber, knownOptions, oneOf, show } from '../core/checks.js';
import { refuse, ShapeError } from '../core/errors.js';
import { sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import { cast } from '../ops/cast.js';
import * as kernels from '../runtime/generated/kernels.js';
import { call } from '../runtime/kernels.js';
import { copyInto } from '../tensors/copying.js';
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

/** The name of an initialiser, a name with its parameter, or a function from shape to values. */
export type Initializer =
  | InitializerName
  | { readonly name: 'constant'; readonly value: number }
  | { readonly name: 'randomNormal'; readonly mean?: number | undefined; readonly std?: number | undefined }
  | { readonly name: 'randomUniform'; readonly min?: number | undefined; readonly max?: number | undefined }
  | ((shape: Shape) => Tensor | TensorData);

/** What determines a weight's random numbers: the model's seed and a stream for each weight. */
export interface RandomSource {
  readonly seed: readonly [low: number, high: number];
  readonly stream: number;
}

/** Keras' standard deviation of `'randomNormal'` and limit of `'randomUniform'`. */
const WIDTH = 0.05;

/** An initialiser with all its parameters. */
interface Named {
  readonly name: InitializerName | 'constant';
  readonly value?: number | undefined;
  readonly mean?: number | undefined;
  readonly std?: number | undefined;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The options of those initialisers that have parameters. */
const parameters = { constant: ['value'], randomNormal: ['mean', 'std'], randomUniform: ['min', 'max'] } as const;

/** Checks an initialiser option. */
export function checkInitializer(where: string, what: string, initializer: Initializer): Initializer {
  if (typeof initializer === 'function') return initializer;
  if (typeof initializer === 'string') return oneOf(where, what, initializer, names);
  if (typeof initializer !== 'object' || (initializer as unknown) === null)
    refuse(TypeError, where, `${what} to be a name, an object or a function`, show(initializer));
  const at = `${where}: ${what}`;
  const name = oneOf(where, `${what}.name`, initializer.name, ['constant', 'randomNormal', 'randomUniform']);
  knownOptions(at, initializer, ['name', ...parameters[name]]);
  const { value, mean = 0, std = WIDTH, min = -WIDTH, max = WIDTH }: Named = initializer;
  if (name === 'constant') finiteNumber(at, 'value', value);
  finiteNumber(at, 'mean', mean);
  finiteNumber(at, 'std', std, { min: 0 });
  finiteNumber(at, 'min', min);
  finiteNumber(at, 'max', max, { min });
  return initializer;
}

/** Inputs and outputs of one unit. Kernels are [..., in, out]; the leading axes are the receptive field. */
export function fans(shape: Shape): { fanIn: number; fanOut: number } {
  if (shape.length < 2) return { fanIn: sizeOf(shape), fanOut: sizeOf(shape) };
  const field = sizeOf(shape.slice(0, -2));
  return { fanIn: field * (shape.at(-2) ?? 1), fanOut: field * (shape.at(-1) ?? 1) };
}

type RandomKernel = typeof kernels.uniformFill | typeof kernels.normalFill | typeof kernels.truncatedNormalFill;

function draw(kernel: RandomKernel, out: Tensor, { seed, stream }: RandomSource, a: number, b: number): void {
  call(kernel, out.pointer(), seed[0], seed[1], stream, a, b, 0, out.size);
}

/**
 * Standard deviation of a normal distribution truncated at two deviations; dividing by it corrects the variance (as
 * Keras).
 */
const TRUNCATED_DEVIATION = 0.8796256610342398;

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

function fillMatrix(name: 'orthogonal' | 'identity', out: Tensor, source: RandomSource): void {
  if (out.shape.length < 2) refuse(ShapeError, name, 'a weight of at least two axes', out.shape);
  const columns = out.shape.at(-1) ?? 1;
  const rows = out.size / Math.max(1, columns);
  const values = new Float64Array(out.size);
  if (name === 'orthogonal') {
    draw(kernels.normalFill, out, source, 0, 1);
    orthonormal(out.data(), rows, columns, values);
  } else for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  copyInto(tensor(values, out.shape), out);
}

/** Fills a weight with its initial values. */
export function initialise(out: Tensor, initializer: Initializer, source: RandomSource): void {
  scoped(() => {
    if (typeof initializer === 'string') fill(out, source, { name: initializer });
    else if (typeof initializer === 'object') fill(out, source, initializer);
    else {
      const values = cast(toTensor(initializer(out.shape)), 'f32');
      const expected = `values of shape ${shapeText(out.shape)}`;
      if (!sameShape(values.shape, out.shape)) refuse(ShapeError, 'initializer', expected, values.shape);
      copyInto(values, out);
    }
  });
}
