// Reading and writing bytes: files in Node, IndexedDB and File in browsers.
import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import { readFile, replaceFile, tryFile } from './nodeFiles.js';

/** The part of a FileSystemFileHandle that is used here. */
export interface FileHandle {
  getFile(): Promise<Blob>;
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
}

/** A path (Node), `'indexeddb://name'` (browsers), or a handle of the browser's file picker. */
export type Target = string | FileHandle;

/** A `Target`, or a Blob or File as an `<input type="file">` gives it. */
export type Source = Target | Blob;

const SCHEME = 'indexeddb://';
const DATABASE = 'wasmgrad';
const STORE = 'files';

function isHandle(value: unknown): value is FileHandle {
  if (typeof value !== 'object' || value === null || !('getFile' in value && 'createWritable' in value)) return false;
  return typeof value.getFile === 'function' && typeof value.createWritable === 'function';
}

const PLACES = `a path, '${SCHEME}name'`;

/** The text of an invalid place for messages, with the full address of a URL. */
function shown(place: unknown): string {
  return place instanceof URL ? `a URL, ${show(place.href)}` : show(place);
}

/** Whether a value is a web address, or a result of `fetch`. */
function isFetched(place: unknown): boolean {
  if (typeof place === 'string') return /^https?:/i.test(place);
  return (
    place instanceof URL || place instanceof Promise || (typeof Response !== 'undefined' && place instanceof Response)
  );
}

/** @throws TypeError unless the value is a `Target` */
export function checkTarget(where: string, target: unknown): Target {
  const isName = typeof target === 'string' && target !== '' && target !== SCHEME && !isFetched(target);
  if (isName || isHandle(target)) return target;
  refuse(TypeError, where, `${PLACES} or a FileSystemFileHandle`, shown(target));
}

/** @throws TypeError unless the value is a `Source` */
export function checkSource(where: string, source: unknown): Source {
  if (typeof Blob !== 'undefined' && source instanceof Blob) return source;
  if (isFetched(source))
    refuse(
      TypeError,
      where,
      `${PLACES}, a File or bytes, as (await fetch(url)).arrayBuffer() gives them`,
      shown(source),
    );
  return checkTarget(where, source);
}

/** A request of IndexedDB as a promise. */
function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('indexeddb: the request failed'));
  });
}

function checkIndexedDb(where: string): void {
  if (typeof indexedDB === 'undefined') refuse(TypeError, where, 'a path', `${SCHEME}, which only browsers have`);
}

async function withStore<T>(
  where: string,
  mode: IDBTransactionMode,
  body: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  checkIndexedDb(where);
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode, { durability: 'strict' });
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('indexeddb: the transaction was aborted'));
    });
    const [result] = await Promise.all([settled(body(transaction.objectStore(STORE))), done]);
    return result;
  } finally {
    database.close();
  }
}

/** The host's error as the cause of an error that names `where`. */
async function hosted<T>(where: string, expected: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : show(cause);
    if (reason.startsWith(`${where}: `)) throw cause;
    throw new RangeError(`${where}: expected ${expected}, got ${reason}`, { cause });
  }
}

/**
 * Checks that a file can be written at a path, so that this fails before a training and not after it. @throws
 * RangeError
 */
export async function checkWritable(where: string, target: Target): Promise<void> {
  if (typeof target !== 'string') return;
  if (target.startsWith(SCHEME)) {
    checkIndexedDb(where);
    return;
  }
  await hosted(where, `to write to ${show(target)}`, () => tryFile(where, target));
}

/** Writes bytes. An old file stays until the new one is complete. */
export async function writeBytes(where: string, target: Target, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await hosted(where, `to write to ${show(target)}`, async () => {
    if (typeof target !== 'string') {
      const stream = await target.createWritable();
      await stream.write(bytes);
      await stream.close();
    } else if (target.startsWith(SCHEME)) {
      await withStore(where, 'readwrite', (store) => store.put(bytes, target.slice(SCHEME.length)));
    } else await replaceFile(where, target, bytes);
  });
}

/** Reads all bytes. */
export async function readBytes(where: string, source: Source): Promise<Uint8Array> {
  return hosted(where, `to read ${show(source)}`, async () => {
    if (typeof source === 'string' && source.startsWith(SCHEME)) {
      const found: unknown = await withStore<unknown>(where, 'readonly', (store) =>
        store.get(source.slice(SCHEME.length)),
      );
      if (found instanceof Uint8Array) return found;
      refuse(RangeError, where, `something saved as ${show(source)}`, 'nothing there');
    }
    if (typeof source === 'string') return readFile(where, source);
    const file = source instanceof Blob ? source : await source.getFile();
    return new Uint8Array(await file.arrayBuffer());
  });
}
