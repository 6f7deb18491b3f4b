// The safetensors container, from its public description (https://github.com/huggingface/safetensors#format):
// 8 bytes length N of the header, little-endian; N bytes of JSON, {name: {dtype, shape, data_offsets: [begin, end]}},
// with text by name under __metadata__; then the elements, little-endian, row-major, without gaps.
// In practice WebAssembly runs on little-endian hosts only, so typed arrays are copied unchanged.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { MAX_RANK, sizeOf, type Shape } from '../core/shapes.js';
import {
  dtypeOfArray,
  elementBytes,
  elementsOf,
  fileDTypes,
  isFileDType,
  type Elements,
  type FileDType,
} from './dtypes.js';
import { countOf, listOf, parseJson, recordOf, textOf } from './json.js';

export interface FileTensor {
  /** Only for the types that share an array with another one. */
  readonly dtype?: FileDType | undefined;
  readonly shape: Shape;
  readonly data: Elements;
}

/** Contents of a safetensors file. */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, FileTensor>;
  /** Text by name. */
  readonly metadata: Readonly<Record<string, string>>;
}

const METADATA = '__metadata__';
/** Bytes of the header's length. */
export const LENGTH_BYTES = 8;
/** Most bytes of a header that the format's own library accepts. */
const MAX_HEADER_BYTES = 100_000_000;

/** The format's name of a tensor's element type. */
export function dtypeOf({ dtype, data }: Pick<FileTensor, 'dtype' | 'data'>): FileDType {
  return dtype ?? dtypeOfArray(data);
}

/** The bytes of a file. Tensors of larger elements come first, so that all are aligned. */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let end = 0;
  const entries = sorted.map(([name, tensor]): [string, unknown] => {
    const begin = end;
    end += tensor.data.byteLength;
    return [name, { dtype: dtypeOf(tensor), shape: tensor.shape, data_offsets: [begin, end] }];
  });
  const text = JSON.stringify(Object.fromEntries([[METADATA, metadata], ...entries]));
  const header = new TextEncoder().encode(text);
  const start = LENGTH_BYTES + Math.ceil(header.length / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(0x20, 0, start); // the header is padded with spaces
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - LENGTH_BYTES), true);
  bytes.set(header, LENGTH_BYTES);
  let at = start;
  for (const [, { data }] of sorted) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/** Bytes before the elements, by the first bytes of a file. `size`: bytes of the file, if they are known. */
export function elementsStart(where: string, first: Uint8Array, size: number | undefined): number {
  if (first.length < LENGTH_BYTES) refuse(FormatError, where, `at least ${LENGTH_BYTES} bytes`, first.length);
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || LENGTH_BYTES + length > (size ?? Infinity)) {
    refuse(FormatError, where, `a safetensors file${size === undefined ? '' : ` of ${size} bytes`}`, `a header length of ${length}`); // prettier-ignore
  }
  return LENGTH_BYTES + length;
}

function decodeText(where: string, bytes: Uint8Array): string {
  try {
    // A decoder does not accept shared memory; slice() copies it to ordinary memory.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice());
  } catch (cause) {
    throw new FormatError(`${where}: expected a header in UTF-8, got ${bytes.slice(0, 8).join(' ')} ...`, { cause });
  }
}

/** A tensor as the header describes it. Offsets count from the first element. */
export interface Entry {
  readonly name: string;
  readonly dtype: FileDType;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

function readEntry(where: string, name: string, value: unknown): Entry {
  const at = `${where}: tensor ${show(name)}`;
  const { dtype: type, shape: sizes, data_offsets: offsets } = recordOf(at, value, ['dtype', 'shape', 'data_offsets']);
  const shape = listOf(at, sizes).map((size) => countOf(at, size));
  const [begin, end, ...rest] = listOf(at, offsets).map((offset) => countOf(at, offset));
  if (begin === undefined || end === undefined || rest.length > 0 || end < begin) {
    refuse(FormatError, at, 'data_offsets [begin, end]', show(offsets));
  }
  if (shape.length > MAX_RANK) refuse(FormatError, at, `at most ${MAX_RANK} axes`, shape.length);
  const dtype = textOf(at, type);
  if (!isFileDType(dtype)) refuse(FormatError, at, `dtype ${fileDTypes.join(', ')}`, show(dtype));
  const bytes = sizeOf(shape) * elementBytes(dtype);
  if (bytes !== end - begin) refuse(FormatError, at, `${bytes} bytes for shape ${show(shape)}`, end - begin);
  return { name, dtype, shape, begin, end };
}

/** What stands in the header of a file. */
export interface Header extends Pick<TensorFile, 'metadata'> {
  /** In the order of their elements, which lie without gaps. */
  readonly entries: readonly Entry[];
  /** Bytes of all elements. */
  readonly size: number;
}

/** Reads a header, which begins after the first 8 bytes. @throws FormatError */
export function decodeHeader(where: string, bytes: Uint8Array): Header {
  const { [METADATA]: given = {}, ...rest } = recordOf(where, parseJson(where, decodeText(where, bytes)));
  const metadata = recordOf(`${where}: ${METADATA}`, given);
  const texts = Object.entries(metadata).map(([name, value]): [string, string] => [name, textOf(where, value)]);
  const entries = Object.entries(rest).map(([name, value]) => readEntry(where, name, value));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let size = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== size) refuse(FormatError, where, `tensor ${show(name)} to begin at byte ${size}`, begin);
    size = end;
  }
  return { entries, size, metadata: Object.fromEntries(texts) };
}

/** A tensor of its bytes, in the same memory where that is aligned. */
export function tensorOf({ dtype, shape }: Entry, bytes: Uint8Array): FileTensor {
  const data = elementsOf(dtype, bytes);
  return { ...(dtypeOfArray(data) !== dtype && { dtype }), shape, data };
}

/**
 * Reads a safetensors file. The tensors lie in the memory of the bytes, as far as they are aligned.
 * @throws FormatError for anything else; nothing larger than the file is allocated
 */
export function decodeTensors(where: string, bytes: Uint8Array): TensorFile {
  const start = elementsStart(where, bytes, bytes.length);
  const { entries, size, metadata } = decodeHeader(where, bytes.subarray(LENGTH_BYTES, start));
  const body = bytes.subarray(start);
  if (size !== body.length) refuse(FormatError, where, `${size} bytes of elements`, body.length);
  const tensors = entries.map((entry): [string, FileTensor] => [
    entry.name,
    tensorOf(entry, body.subarray(entry.begin, entry.end)),
  ]);
  return { tensors: new Map(tensors), metadata };
}
