// Drafts: files that are not whole yet. One is called `<file>.<host>-<process>-<random>.tmp`, so that no two have the same
// name and a later write can tell those that nobody will finish.
import { hashOf } from '../core/hash.js';
import { codeOf, type NodeModules } from './nodeModules.js';

/** A file's name may have 255 bytes in most systems; a draft's adds 50 to it. */
const MAX_NAME_BYTES = 200;

/** When nobody writes to a draft any more, whoever it belongs to. */
const OLD_MILLISECONDS = 3_600_000;

const TAIL = /^\.([0-9a-f]{8})-(\d+)-[0-9a-f]{16}\.tmp$/;

/** The beginning of a file's name, at most so many bytes of it in UTF-8. */
function shortened(name: string): string {
  const encoder = new TextEncoder();
  let length = 0;
  let short = '';
  for (const character of name) {
    length += encoder.encode(character).length;
    if (length > MAX_NAME_BYTES) break;
    short += character;
  }
  return short;
}

/** This machine (or container, which numbers its processes itself), in 8 digits. */
function hostOf({ host }: NodeModules): string {
  let name = '';
  try {
    name = host.hostname();
  } catch {
    // Deno asks for a permission; without it, it does not say which processes run, so nothing young is removed.
  }
  return hashOf(name).slice(0, 8);
}

/** A path beside a file for its draft. */
export function draftName(node: NodeModules, target: string): string {
  const { paths, process } = node;
  const random = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0'));
  const name = `${shortened(paths.basename(target))}.${hostOf(node)}-${process.pid}-${random.join('')}.tmp`;
  return paths.join(paths.dirname(target), name);
}

/** Whether a process of this machine runs. */
function isRunning({ process }: NodeModules, pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== 'ESRCH'; // there may be no permission to ask
  }
}

/** Whether nobody can finish a draft: its process has ended, or it was last written to long ago. */
function isLeft(node: NodeModules, [, host, pid]: readonly string[], modified: number): boolean {
  const age = Date.now() - modified;
  if (age > OLD_MILLISECONDS) return true;
  if (host !== hostOf(node)) return false;
  // An earlier process may have had this one's number, as in a container that was started again.
  if (Number(pid) === node.process.pid) return age > 1000 * node.process.uptime() + 2000;
  return !isRunning(node, Number(pid));
}

/**
 * Removes the drafts of a file that processes have left behind when they were killed. Those of writers at work stay; of
 * another machine's, which may share the folder, it cannot be told before an hour has passed.
 */
export async function removeLeftDrafts(node: NodeModules, target: string): Promise<void> {
  const { files, paths } = node;
  const folder = paths.dirname(target);
  const prefix = shortened(paths.basename(target));
  const names = await files.readdir(folder).catch((): string[] => []); // some folders may be written to, not listed
  for (const name of names) {
    const tail = name.startsWith(prefix) && TAIL.exec(name.slice(prefix.length));
    if (!tail) continue;
    const path = paths.join(folder, name);
    const status = await files.stat(path).catch(() => undefined); // finished or removed meanwhile
    if (status && isLeft(node, tail, status.mtimeMs)) await files.rm(path, { force: true }).catch(() => undefined);
  }
}
