// What ends a command, as one line for a person.
import { show } from '../core/checks.js';
import { codeOf } from '../io/nodeModules.js';

/** Something is wrong in how the command was called. The process ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Something is wrong with a file or with data. The process ends with exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What the host's codes mean. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'there is no permission',
  EFBIG: 'the file would be too large',
  EISDIR: 'it is a folder',
  ELOOP: 'its symbolic links go round in a circle',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'there is no such file or folder',
  ENOSPC: 'no space is left on the disk',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'there is no permission',
  EROFS: 'the disk is read-only',
};

/** An error of the host's, or of the library because of one, in words. Others are given back. */
export function hostError(what: string, error: unknown): unknown {
  const code = codeOf(error) ?? codeOf(error instanceof Error ? error.cause : undefined);
  if (typeof code !== 'string' || !/^E[A-Z]+$/.test(code)) return error;
  return new CommandError(`${what}: ${MEANINGS[code] ?? code}`, { cause: error });
}

/** Whether an error says that nobody reads the output any more. */
export function isBrokenPipe(error: unknown): boolean {
  return codeOf(error) === 'EPIPE';
}

/** The message of an error on one line. */
export function lineOf(error: unknown): string {
  const message = error instanceof Error ? error.message : `expected an error, got ${show(error)}`;
  return message.replace(/\s*[\r\n]+\s*/g, ' ').trim() || 'an error without a message';
}
