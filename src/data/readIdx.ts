import { isDetached, show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { shapeText, sizeOf } from '../core/shapes.js';

/** Element types an IDX file may have. */
export type IdxData = Uint8Array | Int8Array | Int16Array | Int32Array | Float32Array | Float64Array;

export interface Idx {
  /** Sizes of the axes, e.g. `[60000, 28, 28]`. */
  readonly shape: number[];
  /** The elements, row-major, in the file's own type. */
  readonly data: IdxData;
}

interface ElementType {
  readonly bytes: number;
  readonly array: (length: number) => IdxData;
  readonly read: (view: DataView, at: number) => number;
}

const ELEMENT_TYPES = new Map<number, ElementType>([
  [0x08, { bytes: 1, array: (n) => new Uint8Array(n), read: (view, at) => view.getUint8(at) }],
  [0x09, { bytes: 1, array: (n) => new Int8Array(n), read: (view, at) => view.getInt8(at) }],
  [0x0b, { bytes: 2, array: (n) => new Int16Array(n), read: (view, at) => view.getInt16(at) }],
  [0x0c, { bytes: 4, array: (n) => new Int32Array(n), read: (view, at) => view.getInt32(at) }],
  [0x0d, { bytes: 4, array: (n) => new Float32Array(n), read: (view, at) => view.getFloat32(at) }],
  [0x0e, { bytes: 8, array: (n) => new Float64Array(n), read: (view, at) => view.getFloat64(at) }],
]);

function damaged(expected: string, got: string): never {
  refuse(FormatError, 'readIdx', expected, got);
}

function asView(bytes: Uint8Array | ArrayBuffer): DataView {
  // In Jest, a Buffer is no instance of the test's Uint8Array.
  const buffer = ArrayBuffer.isView(bytes) ? bytes.buffer : bytes;
  if (buffer instanceof ArrayBuffer && isDetached(buffer))
    refuse(TypeError, 'readIdx', 'bytes', 'an array whose memory has been transferred');
  if (ArrayBuffer.isView(bytes)) return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes instanceof ArrayBuffer) return new DataView(bytes);
  refuse(TypeError, 'readIdx', 'a Uint8Array or an ArrayBuffer', show(bytes));
}

function readHeader(view: DataView): { type: ElementType; shape: number[]; start: number } {
  if (view.byteLength < 4) damaged('at least 4 bytes', `${view.byteLength}`);
  if (view.getUint16(0) === 0x1f8b) damaged('the bytes of an IDX file', 'gzip: decompress them first');
  if (view.getUint16(0) !== 0) damaged('two zero bytes at the start', `0x${view.getUint16(0).toString(16)}`);
  const code = view.getUint8(2);
  const type = ELEMENT_TYPES.get(code) ?? damaged('an element type of 8, 9 or 11 to 14', `${code}`);
  const rank = view.getUint8(3);
  const start = 4 + 4 * rank;
  if (view.byteLength < start) damaged(`${start} bytes of header for ${rank} axes`, `${view.byteLength}`);
  return { type, shape: Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis)), start };
}

/**
 * Reads an IDX file, the format of MNIST (http://yann.lecun.com/exdb/mnist): big-endian, any element type.
 *
 * @returns shape and a copy of the elements
 * @throws FormatError when the bytes are damaged, cut off, too long or of another format (gzip is not unpacked)
 * @example
 * ```ts
 * import { readIdx } from 'wasmgrad/data';
 * const bytes = new Uint8Array([0, 0, 8, 2, 0, 0, 0, 1, 0, 0, 0, 2, 7, 9]);
 * const { shape, data } = readIdx(bytes);
 * console.log(shape, data); // [1, 2] Uint8Array [7, 9]
 * ```
 */
export function readIdx(bytes: Uint8Array | ArrayBuffer): Idx {
  const view = asView(bytes);
  const { type, shape, start } = readHeader(view);
  // Checked before anything is allocated: a damaged header may announce any number of elements.
  const promised = sizeOf(shape) * type.bytes;
  const present = view.byteLength - start;
  if (promised !== present) damaged(`${promised} bytes of elements for shape ${shapeText(shape)}`, `${present}`);
  const data = type.array(present / type.bytes);
  if (data instanceof Uint8Array) data.set(new Uint8Array(view.buffer, view.byteOffset + start, present));
  else for (let i = 0, at = start; i < data.length; i++, at += type.bytes) data[i] = type.read(view, at);
  return { shape, data };
}
