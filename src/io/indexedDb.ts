// Files in IndexedDB, which only browsers have.
import { refuse } from '../core/errors.js';

/** What names of files in IndexedDB begin with. */
export const SCHEME = 'indexeddb://';
const DATABASE = 'wasmgrad';
const STORE = 'files';

/** A request of IndexedDB as a promise. */
function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('indexeddb: the request failed'));
  });
}

/** @throws TypeError where there is no IndexedDB */
export function checkIndexedDb(where: string): void {
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

/** The file `indexeddb://name`. @throws RangeError when there is none */
export async function readEntry(where: string, name: string): Promise<Uint8Array> {
  const found: unknown = await withStore<unknown>(where, 'readonly', (store) => store.get(name.slice(SCHEME.length)));
  if (found instanceof Uint8Array) return found;
  refuse(RangeError, where, `something saved as '${name}'`, 'nothing there');
}

/** Writes the file `indexeddb://name`, as a whole or not at all. */
export async function writeEntry(where: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  await withStore(where, 'readwrite', (store) => store.put(bytes, name.slice(SCHEME.length)));
}
