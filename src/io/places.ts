// Where bytes are kept: files in Node, IndexedDB and File in browsers.
import type * as NodeFiles from 'node:fs/promises';
import { show } from '../core/checks.js';

/** The part of a FileSystemFileHandle that is used here. */
export interface FileHandle {
  getFile(): Promise<Blob>;
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
}

/**
 * A path (Node), `'indexeddb://name'` (browsers), or a handle of the browser's file picker.
 */
export type Target = string | FileHandle;

/** A `Target`, or a Blob or File as an `<input type="file">` gives it. */
export type Source = Target | Blob;

const SCHEME = 'indexeddb://';
const DATABASE = 'wasmgrad';
const STORE = 'files';

function isHandle(value: unknown): value is FileHandle {
  return typeof value === 'object' && value !== null && 'getFile' in value && 'createWritable' in value;
}

/** Refuses what is no place to write to. @throws TypeError */
export function checkTarget(where: string, target: unknown): Target {
  if ((typeof target === 'string' && target !== '' && target !== SCHEME) || isHandle(target)) return target;
  throw new TypeError(`${where}: expected a path, '${SCHEME}name' or a FileSystemFileHandle, got ${show(target)}`);
}

/** Refuses what is no place to read from. @throws TypeError */
export function checkSource(where: string, source: unknown): Source {
  if (typeof Blob !== 'undefined' && source instanceof Blob) return source;
  return checkTarget(where, source);
}

/** Node's files. Bundlers for browsers let the import pass because it is guarded, or put an empty module there. */
async function nodeFiles(where: string): Promise<typeof NodeFiles> {
  const host: { process?: { versions?: { node?: unknown } } } = globalThis;
  let cause: unknown;
  try {
    if (host.process?.versions?.node !== undefined)
      return await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
  } catch (error) {
    cause = error;
  }
  throw new TypeError(`${where}: expected '${SCHEME}name' or a File, got a path, which only Node can open`, { cause });
}

let written = 0;

/** Writes beside the file and renames, so that there is always a whole file, the old or the new one. */
async function writeFile(where: string, path: string, bytes: Uint8Array): Promise<void> {
  const { open, rename, rm } = await nodeFiles(where);
  const draft = `${path}.${Date.now().toString(36)}-${written++}.tmp`;
  try {
    const file = await open(draft, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A request of IndexedDB as a promise. */
function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('indexeddb: the request failed'));
  });
}

async function withStore<T>(
  where: string,
  mode: IDBTransactionMode,
  body: (store: IDBObjectStore) => IDBRequest<T>,
): Promise<T> {
  if (typeof indexedDB === 'undefined')
    throw new TypeError(`${where}: expected a path, got ${SCHEME}, which only browsers have`);
  const opening = indexedDB.open(DATABASE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(STORE, mode);
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

/** Writes bytes; what was there before stays whole until they are. */
export async function writeBytes(where: string, target: Target, bytes: Uint8Array): Promise<void> {
  if (typeof target !== 'string') {
    const stream = await target.createWritable();
    await stream.write(new Uint8Array(bytes));
    await stream.close();
  } else if (target.startsWith(SCHEME)) {
    await withStore(where, 'readwrite', (store) => store.put(bytes, target.slice(SCHEME.length)));
  } else await writeFile(where, target, bytes);
}

/** Reads all bytes. */
export async function readBytes(where: string, source: Source): Promise<Uint8Array> {
  if (typeof source === 'string' && source.startsWith(SCHEME)) {
    const found: unknown = await withStore<unknown>(where, 'readonly', (store) =>
      store.get(source.slice(SCHEME.length)),
    );
    if (found instanceof Uint8Array) return found;
    throw new RangeError(`${where}: expected something saved as ${show(source)}, got nothing there`);
  }
  if (typeof source === 'string') return (await nodeFiles(where)).readFile(source);
  const file = source instanceof Blob ? source : await source.getFile();
  return new Uint8Array(await file.arrayBuffer());
}
