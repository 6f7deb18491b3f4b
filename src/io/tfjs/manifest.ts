// The weights that a model.json describes: which there are, and how their bytes become numbers.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { checkShape, MAX_RANK, sizeOf, type Shape } from '../../core/shapes.js';
import { fromHalf } from '../half.js';
import { countOf, listOf, recordOf, textOf } from '../json.js';

/** A weight as it is stored. */
export interface WeightSpec {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: 'float32' | 'int32' | 'bool' | 'string';
  /** Element type in the file. */
  readonly stored: keyof typeof SIZES | 'string';
  /** The number of q in the file is q * scale + min. */
  readonly scale: number;
  readonly min: number;
}

/** Weights whose bytes lie one after the other in files. */
export interface WeightGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

const SIZES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

function finite(where: string, value: unknown): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  refuse(FormatError, where, 'scale and min to be finite numbers', show(value));
}

function isStored(dtype: string): dtype is keyof typeof SIZES {
  return Object.hasOwn(SIZES, dtype);
}

/** How a quantised weight is stored. */
function quantized(where: string, value: unknown): Pick<WeightSpec, 'stored' | 'scale' | 'min'> {
  const { dtype, scale, min } = recordOf(where, value);
  const stored = textOf(where, dtype);
  if (stored === 'float16') return { stored, scale: 1, min: 0 };
  if (stored !== 'uint8' && stored !== 'uint16')
    refuse(FormatError, where, 'quantization to uint8, uint16 or float16', show(stored));
  return { stored, scale: finite(where, scale), min: finite(where, min) };
}

function readSpec(where: string, value: unknown): WeightSpec {
  const entry = recordOf(where, value);
  const name = textOf(where, entry['name']);
  const at = `${where}: weight ${show(name)}`;
  const sizes = listOf(at, entry['shape']).map((size) => countOf(at, size));
  if (sizes.length > MAX_RANK) refuse(FormatError, at, `at most ${MAX_RANK} axes`, sizes.length);
  const shape = checkShape(at, sizes);
  if (!Number.isSafeInteger(4 * sizeOf(shape))) refuse(FormatError, at, 'a size that memory can have', shape);
  const dtype = textOf(at, entry['dtype']);
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool' && dtype !== 'string')
    refuse(FormatError, at, 'dtype float32, int32, bool or string', show(dtype));
  if (entry['quantization'] !== undefined) return { name, shape, dtype, ...quantized(at, entry['quantization']) };
  return { name, shape, dtype, stored: dtype, scale: 1, min: 0 };
}

/** Weights without files, as `weightSpecs` of model artifacts lists them. */
export function readSpecs(where: string, specs: unknown): WeightSpec[] {
  const weights = listOf(where, specs).map((spec) => readSpec(where, spec));
  const names = new Set(weights.map(({ name }) => name));
  if (names.size < weights.length) refuse(FormatError, where, 'distinct names of weights', 'one twice');
  return weights;
}

/** The groups of a `weightsManifest`. */
export function readManifest(where: string, manifest: unknown): WeightGroup[] {
  const groups = listOf(where, manifest).map((group) => {
    const { paths, weights } = recordOf(where, group);
    return { paths: listOf(where, paths).map((path) => textOf(where, path)), weights: listOf(where, weights) };
  });
  const specs = readSpecs(where, groups.flatMap(({ weights }) => weights)); // prettier-ignore
  return groups.map(({ paths, weights }) => ({ paths, weights: specs.splice(0, weights.length) }));
}

/** Bytes of a weight; undefined for strings, which say it themselves. */
export function bytesOf({ stored, shape }: WeightSpec): number | undefined {
  return isStored(stored) ? SIZES[stored] * sizeOf(shape) : undefined;
}

/** The numbers in a weight's bytes. */
export function decodeWeight(spec: WeightSpec, bytes: Uint8Array): Float32Array {
  const { stored, scale, min, dtype } = spec;
  const restored = (q: number): number => (dtype === 'int32' ? Math.round(q * scale + min) : q * scale + min);
  if (stored === 'uint8' || stored === 'bool') return Float32Array.from(bytes, restored);
  const { buffer } = new Uint8Array(bytes); // aligned
  if (stored === 'float32') return new Float32Array(buffer);
  if (stored === 'int32') return Float32Array.from(new Int32Array(buffer));
  const words = new Uint16Array(buffer);
  return stored === 'float16' ? fromHalf(words) : Float32Array.from(words, restored);
}
