import { isPlain, knownOptions, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Tree } from '../core/trees.js';
import { runtime } from '../runtime/state.js';
import { makeTensor } from '../tensors/creation.js';
import { isTensor, type DType, type Tensor } from '../tensors/tensor.js';
import { isBytes, type Bytes } from './bytes.js';
import { openSource, takeBytes } from './feed.js';
import { decodeTensors, encodeTensors, type FileTensor } from './safetensors.js';
import { checkReadOptions, checkSource, READ_OPTIONS, type ReadOptions, type Source } from './sources.js';
import { readHeader, streamTensors } from './streamedTensors.js';
import { valuesOf } from './values.js';

/** Tensors by the names that a file gives them. */
export type NamedTensors = Record<string, Tensor<DType>>;

/** Levels of a tree; more only has one that contains itself. */
const MAX_LEVELS = 100;

/** Names that a file cannot have. */
const RESERVED = ['__metadata__', '__proto__'];

function readingOptions(where: string, options: ReadOptions): ReadOptions {
  return checkReadOptions(where, knownOptions(where, options, READ_OPTIONS));
}

/** Makes tensors one by one; what was made before an error is freed. */
class Collection {
  readonly made: NamedTensors = {};

  readonly put = (name: string, tensor: FileTensor): void => {
    const values = valuesOf(`readTensors: tensor ${show(name)}`, tensor);
    this.made[name] = makeTensor('readTensors', values, tensor.shape);
  };

  readonly discard = (error: unknown): never => {
    for (const tensor of Object.values(this.made)) tensor.dispose();
    throw error;
  };
}

/**
 * The tensors in a safetensors file of whatever origin, by their names. F32, F64, F16 and BF16 become f32; I8, I16, I32,
 * I64, U8, U16, U32, U64 and BOOL become i32. From bytes it returns the tensors, from any other source a promise; then each
 * tensor is made as soon as its bytes have come, so that the file is never in memory as a whole.
 *
 * @param source bytes, a path in Node, an address, a Response, a File, ...: see `Source`
 * @param options `signal` ends the reading; `onProgress` is called with `{ loaded, total }` in bytes
 * @throws FormatError for a damaged or foreign file, and, with the name of the tensor, for a number that does not fit into
 *   f32 or i32; TypeError for another source; RangeError when it cannot be read; the signal's reason; OutOfMemoryError;
 *   NotInitializedError before `init()`
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { readTensors, writeTensors } from 'wasmgrad/io';
 * await init();
 * const bytes = writeTensors({ encoder: { weight: tensor([[1, 2], [3, 4]]) } });
 * const tensors = readTensors(bytes);
 * console.log(tensors['encoder.weight']?.toArray()); // [[1, 2], [3, 4]]
 * ```
 */
export function readTensors(source: Bytes, options?: ReadOptions): NamedTensors;
export function readTensors(source: Exclude<Source, Bytes>, options?: ReadOptions): Promise<NamedTensors>;
export function readTensors(source: Source, options?: ReadOptions): NamedTensors | Promise<NamedTensors>;
export function readTensors(source: Source, options: ReadOptions = {}): NamedTensors | Promise<NamedTensors> {
  void checkSource('readTensors', source);
  const reading = readingOptions('readTensors', options);
  runtime();
  const { made, put, discard } = new Collection();
  if (!isBytes(source))
    return openSource('readTensors', source, reading)
      .then((feed) => streamTensors('readTensors', feed, put))
      .then(() => made, discard);
  const { tensors } = decodeTensors('readTensors', takeBytes('readTensors', source, reading));
  try {
    for (const [name, tensor] of tensors) put(name, tensor);
  } catch (error) {
    discard(error);
  }
  return made;
}

/**
 * The metadata of a safetensors file, text by name: `{}` when it has none. Only the header is read, also from a server.
 * From bytes it returns the metadata, from any other source a promise.
 *
 * @throws as `readTensors`
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { readMetadata, writeTensors } from 'wasmgrad/io';
 * await init();
 * const bytes = writeTensors({ x: tensor([1, 2]) }, { format: 'wasmgrad' });
 * console.log(readMetadata(bytes)); // { format: 'wasmgrad' }
 * ```
 */
export function readMetadata(source: Bytes, options?: ReadOptions): Record<string, string>;
export function readMetadata(source: Exclude<Source, Bytes>, options?: ReadOptions): Promise<Record<string, string>>;
export function readMetadata(
  source: Source,
  options?: ReadOptions,
): Record<string, string> | Promise<Record<string, string>>;
export function readMetadata(
  source: Source,
  options: ReadOptions = {},
): Record<string, string> | Promise<Record<string, string>> {
  void checkSource('readMetadata', source);
  const reading = readingOptions('readMetadata', options);
  if (isBytes(source)) return decodeTensors('readMetadata', takeBytes('readMetadata', source, reading)).metadata;
  return openSource('readMetadata', source, reading).then(async (feed) => {
    try {
      return (await readHeader('readMetadata', feed)).metadata;
    } finally {
      feed.close();
    }
  });
}

/** Walks a tree; the names of its tensors are the keys on the way, joined by dots. */
function collect(tree: unknown, path: readonly string[], found: Map<string, FileTensor>): void {
  const name = path.join('.');
  const at = name === '' ? 'writeTensors' : `writeTensors: ${show(name)}`;
  if (isTensor(tree) && path.length > 0) {
    if (RESERVED.includes(name)) refuse(RangeError, 'writeTensors', 'other names', show(name));
    if (found.has(name)) refuse(RangeError, 'writeTensors', 'distinct names', `${show(name)} twice`);
    tree.assertAlive('writeTensors');
    found.set(name, { shape: tree.shape, data: tree.data() });
  } else if (path.length > MAX_LEVELS) {
    refuse(RangeError, 'writeTensors', 'arrays and objects that end', 'one that holds itself');
  } else if (Array.isArray(tree) || isPlain(tree)) {
    for (const [key, value] of Object.entries(tree)) collect(value, [...path, key], found);
  } else refuse(TypeError, at, 'tensors, in objects and arrays', show(tree));
}

function checkMetadata(metadata: unknown): Readonly<Record<string, string>> {
  if (!isPlain(metadata)) refuse(TypeError, 'writeTensors', 'metadata to be an object of strings', show(metadata));
  const texts = Object.entries(metadata).map(([name, text]): [string, string] => {
    if (name === '__proto__') refuse(RangeError, 'writeTensors', 'other names in metadata', show(name));
    if (typeof text !== 'string') refuse(TypeError, 'writeTensors', `metadata.${name} to be a string`, show(text));
    return [name, text];
  });
  return Object.fromEntries(texts);
}

/**
 * The bytes of a safetensors file with tensors, which other libraries read, too: f32 as F32, i32 as I32. The tensors
 * stay.
 *
 * @param tree tensors in objects and arrays; a tensor's name is the keys on the way to it, joined by dots: `layers.0.weight`
 * @param metadata text by name, for the file's header
 * @throws TypeError, RangeError for names that are taken twice or reserved; DisposedError
 * @example
 * ```ts
 * import { init, tensor } from 'wasmgrad';
 * import { readTensors, writeTensors } from 'wasmgrad/io';
 * await init();
 * const bytes = writeTensors({ layers: [{ weight: tensor([1, 2]), bias: tensor([0]) }] }, { author: 'me' });
 * console.log(Object.keys(readTensors(bytes))); // ['layers.0.weight', 'layers.0.bias']
 * ```
 */
export function writeTensors(
  tree: Tree<Tensor<DType>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const tensors = new Map<string, FileTensor>();
  collect(tree, [], tensors);
  return encodeTensors({ tensors, metadata: checkMetadata(metadata) });
}
