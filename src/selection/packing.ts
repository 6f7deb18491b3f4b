// Plain data with typed arrays as bytes: what travels between the machines of a search.
import { isDetached, isPlain, show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';

/** Begins all bytes made here: 'wgs1'. */
const MAGIC = 0x31736777;
/** Bytes before the text: the magic number and the text's length. */
const HEAD = 8;
const ALIGNMENT = 8;
/** Deeper than any message. An object that contains itself exceeds it. */
const MAX_LEVELS = 64;
/** The key of an object that stands for what JSON has no word for. */
const SPECIAL = '$';

const ARRAYS = {
  Float32Array,
  Float64Array,
  Int8Array,
  Int16Array,
  Int32Array,
  Uint8Array,
  Uint16Array,
  Uint32Array,
};

type Numbers = InstanceType<(typeof ARRAYS)[keyof typeof ARRAYS]>;

function isNumbers(value: unknown): value is Numbers {
  return Object.values(ARRAYS).some((Class) => value instanceof Class);
}

/** A value as JSON has it; numbers of typed arrays are added to `arrays`. */
function encoded(where: string, value: unknown, arrays: Numbers[], level = 0): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') {
    const isWritable = Number.isFinite(value) && !Object.is(value, -0);
    return isWritable ? value : { [SPECIAL]: Object.is(value, -0) ? '-0' : String(value) };
  }
  if (level > MAX_LEVELS) refuse(TypeError, where, `plain data of at most ${MAX_LEVELS} levels`, 'more');
  if (isNumbers(value)) {
    if (isDetached(value.buffer)) refuse(TypeError, where, 'arrays that can be read', 'a detached one');
    arrays.push(value);
    const [name] = Object.entries(ARRAYS).find(([, Class]) => value instanceof Class) ?? [];
    return { [SPECIAL]: [name, value.length] };
  }
  if (Array.isArray(value)) return Array.from(value, (item) => encoded(where, item ?? null, arrays, level + 1));
  if (!isPlain(value)) refuse(TypeError, where, 'plain data with typed arrays', show(value));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  const object = Object.fromEntries(entries.map(([key, item]) => [key, encoded(where, item, arrays, level + 1)]));
  return Object.hasOwn(object, SPECIAL) ? { [SPECIAL]: object } : object;
}

/** The text and the arrays of a value, from which it can be made again. */
export function textOf(where: string, value: unknown): { readonly text: string; readonly arrays: readonly Numbers[] } {
  const arrays: Numbers[] = [];
  return { text: JSON.stringify(encoded(where, value, arrays)), arrays };
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}

/**
 * Plain data (numbers, strings, arrays, objects) with typed arrays as bytes, for executors that send tasks, results and
 * snapshots to other machines. NaN, infinities and -0 stay what they are; entries that are `undefined` are left out.
 *
 * @throws TypeError for functions, instances of classes, and objects that contain themselves
 * @example
 * ```ts
 * import { pack, unpack } from 'wasmgrad/selection';
 * const bytes = pack({ loss: NaN, weights: Float32Array.of(1, 2) });
 * console.log(unpack(bytes).weights); // Float32Array [1, 2]
 * ```
 */
export function pack(value: unknown): Uint8Array<ArrayBuffer> {
  return packed('pack', value);
}

/** `pack` for another function, `where`, which the error messages name. */
export function packed(where: string, value: unknown): Uint8Array<ArrayBuffer> {
  const { text, arrays } = textOf(where, value);
  const head = new TextEncoder().encode(text);
  const sizes = arrays.map(({ byteLength }) => aligned(byteLength));
  const bytes = new Uint8Array(aligned(HEAD + head.length) + sizes.reduce((sum, size) => sum + size, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, head.length, true);
  bytes.set(head, HEAD);
  let at = aligned(HEAD + head.length);
  arrays.forEach(({ buffer, byteOffset, byteLength }, i) => {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at);
    at += sizes[i] ?? 0;
  });
  return bytes;
}

function broken(got: string): never {
  refuse(FormatError, 'unpack', 'bytes made by pack', got);
}

/** Reads the arrays of a message one after the other, as copies. */
class ArrayReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, begin: number) {
    this.#bytes = bytes;
    this.#at = begin;
  }

  next(name: unknown, length: unknown): Numbers {
    const Class = Object.entries(ARRAYS).find(([known]) => known === name)?.[1];
    if (!Class || typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
      broken(`an array of ${show(length)} ${show(name)}`);
    const size = length * Class.BYTES_PER_ELEMENT;
    if (this.#at + size > this.#bytes.length) broken(`too few bytes for ${length} numbers`);
    const copy = new Uint8Array(this.#bytes.subarray(this.#at, this.#at + size)); // aligned, whatever class it has
    this.#at += aligned(size);
    return new Class(copy.buffer, 0, length);
  }

  get isAtEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}

function special(value: unknown, arrays: ArrayReader): unknown {
  if (typeof value === 'string' && ['NaN', 'Infinity', '-Infinity', '-0'].includes(value)) return Number(value);
  if (Array.isArray(value)) return arrays.next(value[0], value[1]);
  return isPlain(value) ? entriesOf(value, arrays) : broken(show(value));
}

function entriesOf(value: Readonly<Record<string, unknown>>, arrays: ArrayReader): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item, arrays)]));
}

function decoded(value: unknown, arrays: ArrayReader): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => decoded(item, arrays));
  if (!isPlain(value)) return value;
  return Object.hasOwn(value, SPECIAL) ? special(value[SPECIAL], arrays) : entriesOf(value, arrays);
}

/**
 * The value of bytes made by `pack`. Arrays are copies.
 *
 * @throws TypeError for other things than bytes; FormatError for other bytes
 * @example
 * ```ts
 * import { pack, unpack } from 'wasmgrad/selection';
 * console.log(unpack(pack({ units: [2, 4] }))); // { units: [2, 4] }
 * ```
 */
export function unpack(bytes: Uint8Array): unknown {
  const given: unknown = bytes;
  if (!(given instanceof Uint8Array)) refuse(TypeError, 'unpack', 'a Uint8Array', show(given));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD || view.getUint32(0, true) !== MAGIC) broken(`${bytes.length} others`);
  const length = view.getUint32(4, true);
  if (HEAD + length > bytes.length) broken(`${bytes.length} bytes, which are cut off`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(HEAD, HEAD + length)));
  } catch (error) {
    broken(String(error));
  }
  const arrays = new ArrayReader(bytes, aligned(HEAD + length));
  const result = decoded(value, arrays);
  if (!arrays.isAtEnd) broken('bytes at the end that belong to nothing');
  return result;
}

/** Plain data without typed arrays as JSON has them, NaN and infinities included. */
export function toJson(where: string, value: unknown): unknown {
  const arrays: Numbers[] = [];
  const json = encoded(where, value, arrays);
  if (arrays.length > 0) refuse(TypeError, where, 'plain data without typed arrays', 'some');
  return json;
}

/** What `toJson` was given. @throws FormatError */
export function fromJson(json: unknown): unknown {
  return decoded(json, new ArrayReader(new Uint8Array(), 0));
}
