// The safetensors container, from its public description (https://github.com/huggingface/safetensors#format):
// 8 bytes length N of the header, little-endian; N bytes of JSON, {name: {dtype, shape, data_offsets: [begin, end]}},
// with text by name under __metadata__; then the elements, little-endian, row-major, without gaps.
// In practice WebAssembly runs on little-endian hosts only, so typed arrays are copied unchanged.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { MAX_RANK, sizeOf, type Shape } from '../core/shapes.js';
import { countOf, listOf, parseJson, recordOf, textOf } from './json.js';

/** Elements of the types that are written here. */
export type Elements = Float32Array | Float64Array | Int32Array;

export interface FileTensor {
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
const LENGTH_BYTES = 8;
/** Most bytes of a header that the format's own library accepts. */
const MAX_HEADER_BYTES = 100_000_000;

/** The format's name of an element type. */
export function dtypeOf(data: Elements): string {
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Float32Array ? 'F32' : 'I32';
}

/** The bytes of a file. Tensors of 8-byte elements come first, so that all are aligned. */
export function encodeTensors({ tensors, metadata }: TensorFile): Uint8Array<ArrayBuffer> {
  const sorted = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  let end = 0;
  const entries = sorted.map(([name, { shape, data }]): [string, unknown] => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype: dtypeOf(data), shape, data_offsets: [begin, end] }];
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

/** The header's JSON, and where the elements begin. */
function readHeader(where: string, bytes: Uint8Array): { header: unknown; start: number } {
  if (bytes.length < LENGTH_BYTES) refuse(FormatError, where, `at least ${LENGTH_BYTES} bytes`, bytes.length);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MAX_HEADER_BYTES || start > bytes.length) {
    refuse(FormatError, where, `a safetensors file of ${bytes.length} bytes`, `a header length of ${length}`);
  }
  let text: string;
  try {
    // A decoder does not accept shared memory; slice() copies it to ordinary memory.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.slice(LENGTH_BYTES, start));
  } catch (cause) {
    throw new FormatError(
      `${where}: expected a header in UTF-8, got ${bytes.slice(LENGTH_BYTES, LENGTH_BYTES + 8).join(' ')} ...`,
      { cause },
    );
  }
  return { header: parseJson(where, text), start };
}

interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: Shape;
  readonly begin: number;
  readonly end: number;
}

function readEntry(where: string, name: string, value: unknown): Entry {
  const at = `${where}: tensor ${show(name)}`;
  const { dtype, shape: sizes, data_offsets: offsets } = recordOf(at, value, ['dtype', 'shape', 'data_offsets']);
  const shape = listOf(at, sizes).map((size) => countOf(at, size));
  const [begin, end, ...rest] = listOf(at, offsets).map((offset) => countOf(at, offset));
  if (begin === undefined || end === undefined || rest.length > 0 || end < begin) {
    refuse(FormatError, at, 'data_offsets [begin, end]', show(offsets));
  }
  if (shape.length > MAX_RANK) refuse(FormatError, at, `at most ${MAX_RANK} axes`, shape.length);
  return { name, dtype: textOf(at, dtype), shape, begin, end };
}

/** The elements, copied because they may not be aligned. */
function readElements(where: string, { name, dtype, shape, begin, end }: Entry, body: Uint8Array): Elements {
  const at = `${where}: tensor ${show(name)}`;
  if (dtype !== 'F32' && dtype !== 'F64' && dtype !== 'I32')
    refuse(FormatError, at, 'dtype F32, F64 or I32', show(dtype));
  const bytes = sizeOf(shape) * (dtype === 'F64' ? 8 : 4);
  if (bytes !== end - begin) refuse(FormatError, at, `${bytes} bytes for shape ${show(shape)}`, end - begin);
  const { buffer } = new Uint8Array(body.subarray(begin, end));
  if (dtype === 'F64') return new Float64Array(buffer);
  return dtype === 'F32' ? new Float32Array(buffer) : new Int32Array(buffer);
}

/** Checks that every byte belongs to one tensor. */
function checkLayout(where: string, entries: readonly Entry[], size: number): void {
  let covered = 0;
  for (const { name, begin, end } of [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (begin !== covered) refuse(FormatError, where, `tensor ${show(name)} to begin at byte ${covered}`, begin);
    covered = end;
  }
  if (covered !== size) refuse(FormatError, where, `${covered} bytes of elements`, size);
}

/**
 * Reads a safetensors file with tensors of types F32, F64 and I32.
 * @throws FormatError for anything else; nothing larger than the file is allocated
 */
export function decodeTensors(where: string, bytes: Uint8Array): TensorFile {
  const { header, start } = readHeader(where, bytes);
  const { [METADATA]: given = {}, ...rest } = recordOf(where, header);
  const metadata = recordOf(`${where}: ${METADATA}`, given);
  const texts = Object.entries(metadata).map(([name, value]): [string, string] => [name, textOf(where, value)]);
  const entries = Object.entries(rest).map(([name, value]) => readEntry(where, name, value));
  const body = bytes.subarray(start);
  checkLayout(where, entries, body.length);
  const tensors = entries.map((entry): [string, FileTensor] => [
    entry.name,
    { shape: entry.shape, data: readElements(where, entry, body) },
  ]);
  return { tensors: new Map(tensors), metadata: Object.fromEntries(texts) };
}
