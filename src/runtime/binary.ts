import { unpack } from './unpack.js';

/** The relaxed module, packed after the strict one, if it is given and the engine supports it; otherwise the strict one. */
export function relaxedOr(strict: Uint8Array<ArrayBuffer>, relaxed: string | undefined): Uint8Array<ArrayBuffer> {
  if (relaxed === undefined) return strict;
  const bytes = unpack(relaxed, strict);
  return WebAssembly.validate(bytes) ? bytes : strict;
}

const IMPORT_SECTION = 2;
const MEMORY = 2;
const SHARED = 2;

/**
 * The same module for shared or for unshared memory. The two differ in one flag of the imported memory's limits: atomic
 * instructions are valid on either kind, so one binary serves both. Bytes of other modules are returned unchanged.
 */
export function withMemoryKind(bytes: Uint8Array<ArrayBuffer>, shared: boolean): Uint8Array<ArrayBuffer> {
  const flag = memoryFlag(bytes);
  const limits = flag === undefined ? undefined : bytes[flag];
  if (flag === undefined || limits === undefined) return bytes;
  const copy = bytes.slice();
  copy[flag] = shared ? limits | SHARED : limits & ~SHARED;
  return copy;
}

/** Position of the limits flag of the first import if that is a memory. */
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
      number(); // number of imports
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
