import { applyDelta } from './delta.js';
import { nodeModule } from './platform.js';

/** The bytes of the module that comes with the package; the relaxed one only where the engine takes it. */
export async function inlinedBytes(simd: 'strict' | 'relaxed'): Promise<Uint8Array<ArrayBuffer>> {
  const { gzip } = await import('./generated/wasm-strict.js');
  const strict = await inflate(gzip);
  if (simd === 'strict') return strict;
  const { gzip: difference } = await import('./generated/wasm-relaxed.js');
  const relaxed = applyDelta(strict, await inflate(difference));
  return WebAssembly.validate(relaxed) ? relaxed : strict;
}

/** From base64 of gzip. */
async function inflate(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const compressed = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const zlib = nodeModule('node:zlib'); // Node has streams too, but takes 20 ms to set up the first one
  if (zlib) return new Uint8Array(zlib.gunzipSync(compressed));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
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
