import { fromAscii } from './ascii.js';
import { PACKED, UNPACKED } from './generated/layout.js';
import { text as unpacker } from './generated/unpacker.js';
import { isRoutine } from './link.js';

/**
 * The bytes of a text that scripts/build/pack.mjs made. `before`: the bytes that it was given, from which it copies. The
 * module that restores them is needed once for each text, and its memory is free afterwards.
 */
export function unpack(text: string, before: Uint8Array): Uint8Array<ArrayBuffer> {
  const { memory, unpack } = new WebAssembly.Instance(new WebAssembly.Module(fromAscii(unpacker))).exports;
  if (!(memory instanceof WebAssembly.Memory && isRoutine(unpack))) return new Uint8Array();
  const bytes = new Uint8Array(memory.buffer);
  for (let i = 0; i < text.length; i++) bytes[PACKED + i] = text.charCodeAt(i);
  bytes.set(before, UNPACKED);
  return bytes.slice(UNPACKED + before.length, Number(unpack(before.length)));
}
