import type { Region } from './messages.js';

/** The regions' bytes, one after the other. */
export function pack(memory: Uint8Array, regions: readonly Region[]): Uint8Array<ArrayBuffer> {
  const packed = new Uint8Array(regions.reduce((total, [, bytes]) => total + bytes, 0));
  let at = 0;
  for (const [address, bytes] of regions) {
    packed.set(memory.subarray(address, address + bytes), at);
    at += bytes;
  }
  return packed;
}

/** Puts packed bytes where they came from. */
export function unpack(memory: Uint8Array, regions: readonly Region[], packed: Uint8Array): void {
  let at = 0;
  for (const [address, bytes] of regions) {
    memory.set(packed.subarray(at, at + bytes), address);
    at += bytes;
  }
}
