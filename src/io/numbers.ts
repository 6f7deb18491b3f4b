// Weights in files of models: as they are, in half precision, or as whole numbers times a scale for each channel.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { sameShape } from '../core/shapes.js';
import { fromHalf } from './half.js';
import { dtypeOf, type FileTensor } from './safetensors.js';

/** The name of a weight's scales, which are of the shape of its last axis or axes. */
export function scaleName(weight: string): string {
  return `${weight}:scale`;
}

/**
 * The numbers of a weight. @throws FormatError
 *
 * @param take gives the file's tensor of a name, for the scales
 */
export function numbersOf(
  where: string,
  name: string,
  tensor: FileTensor,
  take: (name: string) => FileTensor | undefined,
): Float32Array {
  const { dtype, shape, data } = tensor;
  if (data instanceof Float32Array) return data;
  if (data instanceof Uint16Array && dtype === 'F16') return fromHalf(data);
  const scale = take(scaleName(name));
  if (data instanceof Int8Array && scale?.data instanceof Float32Array) {
    const { data: factors, shape: axes } = scale;
    if (sameShape(shape.slice(shape.length - axes.length), axes))
      return Float32Array.from(data, (value, i) => value * factors[i % factors.length]!);
  }
  refuse(FormatError, where, `${show(name)} of dtype F32, F16, or I8 with scales for its last axes`, dtypeOf(tensor));
}
