// Files in Node. All that is written goes through `replaceFile`.
import type { FileHandle } from 'node:fs/promises';
import { refuse } from '../core/errors.js';
import { show } from '../core/checks.js';
import { draftName, removeLeftDrafts } from './drafts.js';
import { codeOf, nodeModules, type NodeModules } from './nodeModules.js';
import type { Opened } from './opened.js';

/** What a host answers where a folder cannot be opened or synced at all. */
const NO_FOLDER_SYNC = ['EACCES', 'EBADF', 'EINVAL', 'EISDIR', 'ENOSYS', 'ENOTSUP', 'EPERM'];

/** More symbolic links in a row than any system follows. */
const MAX_LINKS = 40;

/** What stands at a path, or undefined. */
async function statusOf({ files }: NodeModules, path: string) {
  try {
    return await files.stat(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** The file that a path means, behind all symbolic links, even when it does not exist yet. */
async function behindLinks(node: NodeModules, path: string): Promise<string> {
  const { files, paths } = node;
  let at = path;
  for (let links = 0; links < MAX_LINKS; links++) {
    const folder = await files.realpath(paths.dirname(at));
    const link = await files.readlink(at).catch((error: unknown) => {
      if (['EINVAL', 'ENOENT', 'UNKNOWN'].includes(String(codeOf(error)))) return undefined; // no link
      throw error;
    });
    if (link === undefined) return paths.join(folder, paths.basename(at));
    // Not joined: `..` behind a link to a folder does not mean what the text says.
    at = paths.isAbsolute(link) ? link : `${folder}${paths.sep}${link}`;
  }
  throw new Error('ELOOP: too many symbolic links');
}

/** A file beside another one that takes its place when it is whole. */
interface Draft {
  readonly path: string;
  /** The file that it replaces. */
  readonly target: string;
  readonly file: FileHandle;
}

/** Opens a draft for a path, with the permissions of the file that is there, to be closed and renamed or removed. */
async function openDraft(where: string, node: NodeModules, given: string): Promise<Draft> {
  const { files } = node;
  const target = await behindLinks(node, given);
  const old = await statusOf(node, target);
  if (old && !old.isFile())
    refuse(RangeError, where, `a file at ${show(given)}`, old.isDirectory() ? 'EISDIR: a folder' : 'a device');
  if (old) await files.access(target, files.constants.W_OK);
  await removeLeftDrafts(node, target);
  const path = draftName(node, target);
  const file = await files.open(path, 'wx', old ? old.mode & 0o777 : 0o666);
  try {
    if (old) await keepOwnership(file, old);
    return { path, target, file };
  } catch (error) {
    await discard(node, { path, target, file });
    throw error;
  }
}

interface Ownership {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}

/** Owner, where this process may give files away, and permissions, which the process's mask may have cut. */
async function keepOwnership(file: FileHandle, old: Ownership): Promise<void> {
  const made = await file.stat();
  if (made.uid !== old.uid || made.gid !== old.gid) await file.chown(old.uid, old.gid).catch(() => undefined);
  if (made.mode !== old.mode) await file.chmod(old.mode & 0o7777);
}

async function discard({ files }: NodeModules, { path, file }: Draft): Promise<void> {
  await file.close().catch(() => undefined); // closed already when only the renaming failed
  await files.rm(path, { force: true });
}

/** Has the folder's entries written to the disk, where that can be asked for. */
async function syncFolder({ files }: NodeModules, folder: string): Promise<void> {
  try {
    const handle = await files.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(String(codeOf(error)))) throw error;
  }
}

/**
 * Writes a file as a whole: into a draft beside it, which is synced, renamed to it, and the folder synced. So there is
 * always a whole file, the old one or the new one, also after a crash and with several writers. A symbolic link stays
 * one, and the file's permissions stay what they are.
 */
export async function replaceFile(where: string, path: string, bytes: Uint8Array): Promise<void> {
  const node = await nodeModules(where);
  const draft = await openDraft(where, node, path);
  try {
    await draft.file.writeFile(bytes);
    await draft.file.sync();
    await draft.file.close();
    await node.files.rename(draft.path, draft.target);
  } catch (error) {
    await discard(node, draft);
    throw error;
  }
  await syncFolder(node, node.paths.dirname(draft.target));
}

/** Tries whether `replaceFile` could write to a path, and leaves nothing there. */
export async function tryFile(where: string, path: string): Promise<void> {
  const node = await nodeModules(where);
  await discard(node, await openDraft(where, node, path));
}

/** What a file is read in. */
const PIECE_BYTES = 2 ** 20;

/** A file for reading in pieces. */
export async function openFile(where: string, path: string | URL): Promise<Opened> {
  const { files } = await nodeModules(where);
  const file = await files.open(path, 'r');
  const close = (): void => void file.close().catch(() => undefined);
  try {
    const status = await file.stat();
    // What is no file, such as a pipe, says 0; so do files of the system that have contents.
    const total = status.isFile() && status.size > 0 ? status.size : undefined;
    const next = async (): Promise<Uint8Array | undefined> => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(PIECE_BYTES), 0, PIECE_BYTES, null);
      if (bytesRead > 0) return buffer.subarray(0, bytesRead);
      await file.close();
      return undefined;
    };
    return { total, isExact: true, next, close };
  } catch (error) {
    close();
    throw error;
  }
}
