// The values of a file's tensors in the two element types that tensors have here.
import { FormatError, refuse } from '../core/errors.js';
import type { FileDType, Elements } from './dtypes.js';
import { fromHalf } from './half.js';
import { dtypeOf, type FileTensor } from './safetensors.js';

/** Floats of 16 bits that are the upper halves of f32. */
function fromBfloat(bits: Uint16Array): Float32Array {
  return new Float32Array(Int32Array.from(bits, (half) => half << 16).buffer);
}

function toFloats(at: string, data: Float64Array): Float32Array {
  const floats = new Float32Array(data);
  const bad = floats.findIndex((value, i) => Math.abs(value) === Infinity && Number.isFinite(data[i]));
  if (bad >= 0) refuse(FormatError, at, 'numbers that f32 can hold', `${data[bad]}, element ${bad}`);
  return floats;
}

function toIntegers(at: string, data: Exclude<Elements, Float32Array | Float64Array>): Int32Array {
  const integers = new Int32Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const value = Number(data[i]);
    integers[i] = value;
    if (integers[i] !== value) refuse(FormatError, at, 'whole numbers of 32 bits', `${data[i]}, element ${i}`);
  }
  return integers;
}

/**
 * The values of a tensor: f32 of the floating types, i32 of the others, false and true as 0 and 1. Where nothing has to
 * be converted they lie in the file's memory.
 *
 * @param at names the tensor in messages
 * @throws FormatError for a number that the type cannot hold
 */
export function valuesOf(at: string, tensor: FileTensor): Float32Array | Int32Array {
  const { data } = tensor;
  const dtype: FileDType = dtypeOf(tensor);
  if (data instanceof Float32Array || data instanceof Int32Array) return data;
  if (data instanceof Float64Array) return toFloats(at, data);
  if (data instanceof Uint16Array && dtype === 'F16') return fromHalf(data);
  if (data instanceof Uint16Array && dtype === 'BF16') return fromBfloat(data);
  const integers = toIntegers(at, data);
  return dtype === 'BOOL' ? integers.map(Math.sign) : integers;
}
