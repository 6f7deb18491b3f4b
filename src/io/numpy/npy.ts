// NumPy's file of one array, from its public description (numpy.lib.format): a magic text, a version, the length of a
// header, the header as a Python dictionary with type, order and shape, then the elements.
import { show } from '../../core/checks.js';
import { FormatError, refuse } from '../../core/errors.js';
import { MAX_RANK, sizeOf, type Shape } from '../../core/shapes.js';
import { elementBytes, elementsOf, type FileDType } from '../dtypes.js';
import type { FileTensor } from '../safetensors.js';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
/** Bytes of magic text and version. */
const START = 8;

const TYPES: Readonly<Record<string, FileDType>> = {
  f2: 'F16',
  f4: 'F32',
  f8: 'F64',
  i1: 'I8',
  i2: 'I16',
  i4: 'I32',
  i8: 'I64',
  u1: 'U8',
  u2: 'U16',
  u4: 'U32',
  u8: 'U64',
  b1: 'BOOL',
};

/** One entry of the header: `'shape': (2, 3), ` */
const ENTRY = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d,\sL]*\)|\[[^\]]*\])\s*(,|(?=\}))/y;

/** The entries of the header, a dictionary as Python writes it. */
function entriesOf(where: string, text: string): Map<string, string> {
  const entries = new Map<string, string>();
  const open = /^\s*\{/.exec(text);
  let at = open?.[0].length ?? 0;
  for (let found; open && (ENTRY.lastIndex = at) === at && (found = ENTRY.exec(text)); at = ENTRY.lastIndex) {
    const [, key = '', value = ''] = found;
    if (entries.has(key)) refuse(FormatError, where, 'distinct keys in the header', `'${key}' twice`);
    entries.set(key, value);
  }
  const isWhole = open && /^\s*\}\s*$/.test(text.slice(at));
  if (!isWhole || [...entries.keys()].sort().join() !== 'descr,fortran_order,shape')
    refuse(FormatError, where, 'a header with descr, fortran_order and shape', show(text));
  return entries;
}

function shapeIn(where: string, text: string): Shape {
  const parts = text.slice(1, -1).split(',').map((part) => part.trim().replace(/L$/, '')); // prettier-ignore
  if (parts.at(-1) === '') parts.pop(); // (3,) and ()
  const shape = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : NaN));
  const isShape = text.startsWith('(') && shape.every(Number.isSafeInteger) && Number.isSafeInteger(8 * sizeOf(shape));
  if (!isShape) refuse(FormatError, where, 'a shape in the header', text);
  if (shape.length > MAX_RANK) refuse(FormatError, where, `at most ${MAX_RANK} axes`, shape.length);
  return shape;
}

interface Header {
  readonly dtype: FileDType;
  readonly isBig: boolean;
  readonly isFortran: boolean;
  readonly shape: Shape;
  /** Where the elements begin. */
  readonly start: number;
}

function readHeader(where: string, bytes: Uint8Array): Header {
  if (bytes.length < START || MAGIC.some((byte, i) => bytes[i] !== byte))
    refuse(FormatError, where, 'a .npy file', `bytes ${bytes.subarray(0, START).join(' ') || '(none)'}`);
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3) refuse(FormatError, where, 'version 1, 2 or 3', version);
  const lengthBytes = version === 1 ? 2 : 4;
  const start = START + lengthBytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) refuse(FormatError, where, 'a length of the header', `${bytes.length} bytes`);
  const length = version === 1 ? view.getUint16(START, true) : view.getUint32(START, true);
  if (start + length > bytes.length) refuse(FormatError, where, `a header of ${length} bytes`, bytes.length - start);
  const text = new TextDecoder(version === 3 ? 'utf-8' : 'latin1').decode(new Uint8Array(bytes.subarray(start, start + length))); // prettier-ignore
  const entries = entriesOf(where, text);
  const descr = entries.get('descr') ?? '';
  const [, order = '', code = ''] = /^'([<>|=]?)(\w+)'$/.exec(descr) ?? [];
  const dtype = Object.hasOwn(TYPES, code) ? TYPES[code] : undefined;
  if (!dtype) refuse(FormatError, where, `a dtype of ${Object.keys(TYPES).join(', ')}`, descr);
  const fortran = entries.get('fortran_order');
  if (fortran !== 'True' && fortran !== 'False')
    refuse(FormatError, where, 'fortran_order True or False', show(fortran));
  const shape = shapeIn(where, entries.get('shape') ?? '');
  return { dtype, isBig: order === '>', isFortran: fortran === 'True', shape, start: start + length };
}

/** Elements of bytes in the other order. */
function swapped(bytes: Uint8Array, size: number): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = bytes[i - (i % size) + size - 1 - (i % size)]!;
  return result;
}

/** Elements of so many bytes whose first axis is the innermost one, with the last one innermost. */
function rowMajor(bytes: Uint8Array, size: number, shape: Shape): Uint8Array {
  const result = new Uint8Array(bytes.length);
  const strides = shape.map((_, axis) => size * sizeOf(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < bytes.length; to += size) {
    for (let byte = 0; byte < size; byte++) result[to + byte] = bytes[from + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}

/** The array in the bytes of a file. @throws FormatError before memory is taken for elements that are not there */
export function decodeNpy(where: string, bytes: Uint8Array): FileTensor {
  const { dtype, isBig, isFortran, shape, start } = readHeader(where, bytes);
  const size = elementBytes(dtype);
  const body = bytes.subarray(start);
  if (body.length !== size * sizeOf(shape))
    refuse(FormatError, where, `${size * sizeOf(shape)} bytes of elements for shape ${show(shape)}`, body.length);
  const ordered = isFortran && shape.length > 1 ? rowMajor(body, size, shape) : body;
  return { shape, dtype, data: elementsOf(dtype, isBig && size > 1 ? swapped(ordered, size) : ordered) };
}

/** The bytes of a file with an array. */
export function encodeNpy(data: Float32Array | Int32Array, shape: Shape): Uint8Array<ArrayBuffer> {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const type = data instanceof Int32Array ? '<i4' : '<f4';
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const start = Math.ceil((START + 2 + text.length + 1) / 64) * 64; // elements are aligned
  const header = `${text.padEnd(start - START - 3)}\n`;
  const bytes = new Uint8Array(start + data.byteLength);
  bytes.set([...MAGIC, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), START + 2);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start);
  return bytes;
}
