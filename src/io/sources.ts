// What files are read from: paths, addresses, responses, files, streams, bytes.
import { callable, show } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import { isBytes, type Bytes } from './bytes.js';
import { SCHEME } from './indexedDb.js';

/** What has a file to read: a FileSystemFileHandle, of the browser's file picker or of OPFS. */
export interface FileHolder {
  getFile(): Promise<Blob>;
}

/** Bytes in pieces: a ReadableStream, or a stream of Node's. */
export type ByteStream = ReadableStream<Bytes> | AsyncIterable<Bytes>;

/** A source that is at hand: all but a promise. */
export type GivenSource = Bytes | string | URL | Response | Blob | FileHolder | ByteStream;

/**
 * What files are read from. A string is an address (`http:`, `https:`, `data:`, `blob:`, `file:`), `'indexeddb://name'`,
 * or otherwise a path in Node and an address relative to the page in browsers. The others are bytes; a URL; a Response; a
 * Blob or File; a FileSystemFileHandle, of OPFS for example; a stream of bytes; and a promise of any of these, such as
 * `fetch(url)`.
 */
export type Source = GivenSource | Promise<GivenSource>;

/** How much of a file has been read. */
export interface ReadProgress {
  /** Bytes read so far. */
  readonly loaded: number;
  /** Bytes in all; undefined when nobody says it, as for a response that is compressed on its way. */
  readonly total: number | undefined;
}

/** Options of everything that reads from a `Source`. */
export interface ReadOptions {
  /** Ends the reading; the promise is then rejected with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called after every piece that has been read. */
  readonly onProgress?: ((progress: ReadProgress) => void) | undefined;
}

/** The names of these options, for `knownOptions`. */
export const READ_OPTIONS = ['signal', 'onProgress'] as const;

function hasMethod(value: object, name: PropertyKey): boolean {
  return typeof Reflect.get(value, name) === 'function';
}

export function isReadableStream(value: unknown): value is ReadableStream<Bytes> {
  return typeof ReadableStream !== 'undefined' && value instanceof ReadableStream;
}

export function isBlob(value: unknown): value is Blob {
  return typeof Blob !== 'undefined' && value instanceof Blob;
}

export function isResponse(value: unknown): value is Response {
  return typeof Response !== 'undefined' && value instanceof Response;
}

function isFileHolder(value: unknown): value is FileHolder {
  return typeof value === 'object' && value !== null && hasMethod(value, 'getFile');
}

function isIterable(value: unknown): value is AsyncIterable<Bytes> {
  return typeof value === 'object' && value !== null && hasMethod(value, Symbol.asyncIterator);
}

function isSource(value: unknown): value is Source {
  if (typeof value === 'string') return value !== '' && value !== SCHEME;
  if (isBytes(value) || value instanceof URL || value instanceof Promise) return true;
  return [isBlob, isResponse, isReadableStream, isFileHolder, isIterable].some((is) => is(value));
}

/** @throws TypeError unless the value is a `Source` */
export function checkSource(where: string, source: unknown): Source {
  if (isSource(source)) return source;
  refuse(TypeError, where, `a path, a URL, '${SCHEME}name', a Response, a File, a stream or bytes`, show(source));
}

/** The options of reading among others. @throws TypeError */
export function checkReadOptions(where: string, { signal, onProgress }: ReadOptions): ReadOptions {
  if (signal !== undefined && !(signal instanceof AbortSignal))
    refuse(TypeError, where, 'signal to be an AbortSignal', show(signal));
  if (onProgress !== undefined) callable(where, 'onProgress', onProgress);
  return { signal, onProgress };
}

/** A text for a source in messages. */
export function showSource(source: Source): string {
  if (source instanceof Promise) return 'what a promise gives';
  if (source instanceof URL) return show(source.href);
  return isResponse(source) && source.url !== '' ? show(source.url) : show(source);
}
