// Writing bytes: to files in Node, to IndexedDB and file handles in browsers.
import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import { hosted } from './hosted.js';
import { checkIndexedDb, SCHEME, writeEntry } from './indexedDb.js';
import { replaceFile, tryFile } from './nodeFiles.js';

/** The part of a FileSystemFileHandle that is used here: a file of the browser's file picker or of OPFS. */
export interface FileHandle {
  getFile(): Promise<Blob>;
  createWritable(): Promise<{ write(bytes: Uint8Array<ArrayBuffer>): Promise<void>; close(): Promise<void> }>;
}

/** A path (Node), `'indexeddb://name'` (browsers), or a handle of the browser's file picker or of OPFS. */
export type Target = string | FileHandle;

function isHandle(value: unknown): value is FileHandle {
  if (typeof value !== 'object' || value === null || !('getFile' in value && 'createWritable' in value)) return false;
  return typeof value.getFile === 'function' && typeof value.createWritable === 'function';
}

/** @throws TypeError unless the value is a `Target` */
export function checkTarget(where: string, target: unknown): Target {
  const isName = typeof target === 'string' && target !== '' && target !== SCHEME && !/^https?:/i.test(target);
  if (isName || isHandle(target)) return target;
  const got = target instanceof URL ? `a URL, ${show(target.href)}` : show(target);
  refuse(TypeError, where, `a path, '${SCHEME}name' or a FileSystemFileHandle`, got);
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
    } else if (target.startsWith(SCHEME)) await writeEntry(where, target, bytes);
    else await replaceFile(where, target, bytes);
  });
}
