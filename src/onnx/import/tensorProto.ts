// Tensors in an ONNX file. Sizes are compared with the bytes that are there before anything is allocated.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { shapeText } from '../../core/shapes.js';
import { dtypeOf, type FileDType, type FileTensor, type Numbers } from './file.js';
import type { Wire } from './wire.js';

const BYTES: Readonly<Record<FileDType, number>> = {
  f32: 4,
  f64: 8,
  f16: 2,
  bf16: 2,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  bool: 1,
};

const power = (exponent: number): number => 2 ** exponent;

/** The number of 16 bits in the format of IEEE 754. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * power(-24) : (1 + fraction / 1024) * power(exponent - 15));
}

const cell = new DataView(new ArrayBuffer(4));

/** The upper half of a float. */
function brain(bits: number): number {
  cell.setUint32(0, bits << 16);
  return cell.getFloat32(0);
}

/** The numbers of little-endian bytes. */
function fromRaw(dtype: FileDType, raw: Uint8Array): Numbers {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  const size = BYTES[dtype];
  const count = raw.byteLength / size;
  const fill = <A extends Float32Array | Float64Array | Int32Array>(into: A, read: (at: number) => number): A => {
    for (let i = 0; i < count; i++) into[i] = read(i * size);
    return into;
  };
  switch (dtype) {
    case 'f32':
      return new Float32Array(new Uint8Array(raw).buffer);
    case 'f64':
      return new Float64Array(new Uint8Array(raw).buffer);
    case 'f16':
      return fill(new Float32Array(count), (at) => half(view.getUint16(at, true)));
    case 'bf16':
      return fill(new Float32Array(count), (at) => brain(view.getUint16(at, true)));
    case 'i8':
      return new Int8Array(raw);
    case 'u8':
      return new Uint8Array(raw);
    case 'bool':
      return raw.map((byte) => (byte === 0 ? 0 : 1));
    case 'i16':
      return fill(new Int32Array(count), (at) => view.getInt16(at, true));
    case 'u16':
      return fill(new Int32Array(count), (at) => view.getUint16(at, true));
    case 'i32':
      return new Int32Array(new Uint8Array(raw).buffer);
    case 'u32':
      return fill(new Float64Array(count), (at) => view.getUint32(at, true));
    case 'i64':
      return fill(new Float64Array(count), (at) => view.getInt32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
    case 'u64':
      return fill(new Float64Array(count), (at) => view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true));
  }
}

/** Numbers that were in a list of numbers: 16-bit floats are there as their bits. */
function fromList(dtype: FileDType, list: readonly number[]): Numbers {
  if (dtype === 'f32') return Float32Array.from(list);
  if (dtype === 'f16' || dtype === 'bf16') return Float32Array.from(list, dtype === 'f16' ? half : brain);
  if (dtype === 'bool') return Uint8Array.from(list, (value) => (value === 0 ? 0 : 1));
  return Float64Array.from(list);
}

/** What a tensor's fields say. */
interface Parts {
  name: string;
  dims: number[];
  code: number;
  raw: Uint8Array | undefined;
  list: number[];
  external: boolean;
}

function readParts(wire: Wire): Parts {
  const parts: Parts = { name: '', dims: [], code: 0, raw: undefined, list: [], external: false };
  wire.fields((field) => {
    if (field === 1) wire.integers(parts.dims);
    else if (field === 2) parts.code = wire.integer();
    else if (field === 4) wire.floats(parts.list);
    else if (field === 5 || field === 7 || field === 11) wire.integers(parts.list);
    else if (field === 8) parts.name = wire.text();
    else if (field === 9) parts.raw = wire.bytes();
    else if (field === 10) wire.floats(parts.list, 8);
    else if (field === 13 || (field === 14 && wire.integer() !== 0)) parts.external = true;
  });
  return parts;
}

/** Number of elements, if the sizes are whole numbers >= 0 and their product is one that a file can hold. */
function countOf(where: string, what: string, dims: readonly number[]): number {
  const bad = dims.find((size) => !(size >= 0 && size <= Number.MAX_SAFE_INTEGER));
  if (bad !== undefined) refuse(FormatError, where, `sizes >= 0 of ${what}`, bad);
  return dims.reduce((product, size) => product * size, 1);
}

/** A TensorProto; `what` names one that has no name. @throws FormatError naming it */
export function readTensor(wire: Wire, what = 'a tensor'): FileTensor & { readonly name: string } {
  const { where } = wire;
  const { name, dims, code, raw, list, external } = readParts(wire);
  const label = name === '' ? what : show(name);
  const dtype = dtypeOf(code);
  if (!dtype) refuse(FormatError, where, `numbers in ${label}`, `element type ${code}`);
  if (external) refuse(FormatError, where, `the data of ${label} in the file itself`, 'a reference to another file');
  const count = countOf(where, label, dims);
  if (raw) {
    const bytes = count * BYTES[dtype];
    if (raw.byteLength !== bytes)
      refuse(FormatError, where, `${bytes} bytes of ${label} ${shapeText(dims)}`, raw.byteLength);
  } else if (list.length !== count)
    refuse(FormatError, where, `${count} elements of ${label} ${shapeText(dims)}`, list.length);
  return { name, dtype, dims, numbers: raw ? fromRaw(dtype, raw) : fromList(dtype, list) };
}
