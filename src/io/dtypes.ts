// The element types of safetensors files, by the format's names.

/** Elements as they lie in a file. */
export type Elements =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An element type of a file. F16, BF16 and BOOL are held as their bits. */
export type FileDType =
  'F32' | 'F64' | 'I8' | 'I16' | 'I32' | 'I64' | 'U8' | 'U16' | 'U32' | 'U64' | 'F16' | 'BF16' | 'BOOL';

interface ElementsClass {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): Elements;
}

/** The arrays of the types. A type with an array of its own comes before those that share it. */
const ARRAYS: Readonly<Record<FileDType, ElementsClass>> = {
  F32: Float32Array,
  F64: Float64Array,
  I8: Int8Array,
  I16: Int16Array,
  I32: Int32Array,
  I64: BigInt64Array,
  U8: Uint8Array,
  U16: Uint16Array,
  U32: Uint32Array,
  U64: BigUint64Array,
  F16: Uint16Array,
  BF16: Uint16Array,
  BOOL: Uint8Array,
};

/** Whether a name is that of an element type which can be read. */
export function isFileDType(name: string): name is FileDType {
  return Object.hasOwn(ARRAYS, name);
}

export const fileDTypes: readonly FileDType[] = Object.keys(ARRAYS).filter(isFileDType);

/** Bytes of an element. */
export function elementBytes(dtype: FileDType): number {
  return ARRAYS[dtype].BYTES_PER_ELEMENT;
}

/** The elements in bytes: the same memory where it is aligned, else a copy. */
export function elementsOf(dtype: FileDType, bytes: Uint8Array): Elements {
  const Elements = ARRAYS[dtype];
  const { buffer, byteOffset, byteLength } =
    bytes.byteOffset % Elements.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes);
  return new Elements(buffer, byteOffset, byteLength / Elements.BYTES_PER_ELEMENT);
}

/** The type of elements, unless it is one of those that share an array. */
export function dtypeOfArray(data: Elements): FileDType {
  return fileDTypes.find((dtype) => data instanceof ARRAYS[dtype]) ?? 'F32';
}
