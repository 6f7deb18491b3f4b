import { applyDelta } from './delta.js';
import type { KernelGroup } from './kernelGroup.js';
import { nodeModule } from './platform.js';

const decoded = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** From base64 of gzip, where that can be done without waiting: in Node and its like. */
function inflateNow(text: string): Uint8Array<ArrayBuffer> | undefined {
  const zlib = nodeModule('node:zlib');
  return zlib && new Uint8Array(zlib.gunzipSync(decoded(text)));
}

/** From base64 of gzip. Node has streams too, but takes 20 ms to set up the first one. */
async function inflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const now = inflateNow(text);
  if (now) return now;
  const stream = new Blob([decoded(text)]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The bytes of a group's module; the relaxed ones only where the engine takes them. */
export async function inlinedBytes(group: KernelGroup, simd: 'strict' | 'relaxed'): Promise<Uint8Array<ArrayBuffer>> {
  const strict = await inflate(group.strict);
  if (simd === 'strict' || !group.relaxed) return strict;
  const { gzip } = await group.relaxed();
  const relaxed = applyDelta(strict, await inflate(gzip));
  return WebAssembly.validate(relaxed) ? relaxed : strict;
}

/** The bytes of a group's strict module, or undefined where they must be waited for. */
export function inlinedBytesNow(group: KernelGroup): Uint8Array<ArrayBuffer> | undefined {
  return inflateNow(group.strict);
}

const IMPORT_SECTION = 2;
const MEMORY = 2;
const SHARED = 2;

/**
 * The same module for shared or for unshared memory. The two differ in one flag of the imported memory's limits:
 * atomic instructions are valid on either kind, so one binary serves both. Bytes of another make come back as they are.
 */
export function withMemoryKind(bytes: Uint8Array<ArrayBuffer>, shared: boolean): Uint8Array<ArrayBuffer> {
  const flag = memoryFlag(bytes);
  const limits = flag === undefined ? undefined : bytes[flag];
  if (flag === undefined || limits === undefined) return bytes;
  const copy = bytes.slice();
  copy[flag] = shared ? limits | SHARED : limits & ~SHARED;
  return copy;
}

/** Where the limits flag of the first import stands, if that import is a memory. */
function memoryFlag(bytes: Uint8Array): number | undefined {
  let at = 8; // after magic and version
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const section = number();
    const size = number();
    if (section === IMPORT_SECTION) {
      number(); // how many imports
      for (const _name of ['module', 'field']) {
        const length = number();
        at += length;
      }
      return bytes[at] === MEMORY ? at + 1 : undefined;
    }
    at += size;
  }
  return undefined;
}
