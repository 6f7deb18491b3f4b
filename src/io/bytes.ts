import { refuse } from '../core/errors.js';
import { isDetached, show } from '../core/checks.js';

/** Bytes in memory: a Uint8Array (a Node Buffer is one), another view, or an ArrayBuffer. */
export type Bytes = ArrayBufferLike | ArrayBufferView;

/** Whether a value is bytes in memory. */
export function isBytes(value: unknown): value is Bytes {
  return ArrayBuffer.isView(value) || isBuffer(value);
}

function isBuffer(value: unknown): value is ArrayBufferLike {
  if (value instanceof ArrayBuffer) return true;
  return typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer;
}

/** The bytes as a Uint8Array, without a copy. @throws TypeError */
export function asBytes(where: string, value: unknown): Uint8Array {
  const buffer = ArrayBuffer.isView(value) ? value.buffer : value;
  if (isBuffer(buffer) && isDetached(buffer)) refuse(TypeError, where, 'bytes', 'memory that has been transferred');
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (isBuffer(value)) return new Uint8Array(value);
  refuse(TypeError, where, 'a Uint8Array or an ArrayBuffer', show(value));
}
