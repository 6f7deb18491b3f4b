// Files that commands read and write.
import { readFile, realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { replaceFile, tryFile } from '../io/nodeFiles.js';
import { CommandError, hostError, UsageError } from './errors.js';
import { note } from './terminal.js';

/** The name of a file in messages. */
export function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path;
}

async function readInput(): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) if (piece instanceof Uint8Array) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** The bytes of a file, or of standard input for `-`. @throws CommandError */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return path === '-' ? await readInput() : await readFile(path);
  } catch (error) {
    throw hostError(`cannot read ${nameOf(path)}`, error);
  }
}

/** Text in UTF-8, or UTF-16 with its mark. Other bytes are taken as Windows-1252, and a note says so. */
function decode(path: string, bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, 4096).includes(0))
    throw new CommandError(`expected text in ${nameOf(path)}, got a binary file`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    note(`${nameOf(path)} is not UTF-8; it is read as Windows-1252`);
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** The text in bytes of a file. @throws CommandError for what is no text, or none at all */
export function textOf(path: string, bytes: Uint8Array): string {
  const text = decode(path, bytes);
  if (text.trim() === '') throw new CommandError(`expected a table in ${nameOf(path)}, got an empty file`);
  return text;
}

/** A file that a command is to write. */
export interface Output {
  readonly path: string;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
}

async function placeOf(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

/**
 * Checks that files can be written before work begins, and that no two are the same, nor one that is read.
 * @throws UsageError, CommandError
 */
export async function checkOutputs(paths: readonly string[], inputs: readonly string[]): Promise<void> {
  const read = await Promise.all(inputs.filter((path) => path !== '-').map(placeOf));
  const seen = new Set<string>();
  for (const path of paths) {
    const place = await placeOf(path);
    if (read.includes(place)) throw new UsageError(`expected another file to write to than ${path}, which is read`);
    if (seen.has(place)) throw new UsageError(`expected different files to write to, got ${path} twice`);
    seen.add(place);
    await writing(path, () => tryFile('wasmgrad', path));
  }
}

async function writing(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const found = hostError(`cannot write ${path}`, error);
    if (!(found instanceof RangeError)) throw found;
    throw new CommandError(
      `cannot write ${path}: ${/a folder/.test(found.message) ? 'it is a folder' : 'it is no file'}`,
    );
  }
}

/** Writes files. Each is replaced as a whole; the contents of all are made before the first is written. */
export async function writeOutputs(outputs: readonly Output[]): Promise<void> {
  const made: [path: string, bytes: Uint8Array][] = [];
  for (const { path, make } of outputs) made.push([path, await make()]);
  for (const [path, bytes] of made) {
    await writing(path, () => replaceFile('wasmgrad', path, bytes));
    note(`wrote ${path} (${bytes.length.toLocaleString('en-US')} bytes)`);
  }
}
