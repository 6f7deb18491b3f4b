import { RECORD_ARGUMENTS, RECORD_BEGIN, RECORD_BYTES, RECORD_END, RECORD_PIECES } from './generated/layout.js';
import type { AnyKernel } from './kernel.js';

/** Bytes of a kernel's record (assembly/program.ts has the layout). */
export function recordBytes({ layout }: AnyKernel): number {
  let size = RECORD_ARGUMENTS;
  for (const kind of layout) size += kind === 'd' ? 8 : kind === 'R' ? 0 : 4;
  return size;
}

/** Writes a record of `size` bytes, which may be divided into `pieces`; 0 keeps it on one thread. */
export function writeRecord(
  view: DataView,
  start: number,
  size: number,
  { id, layout }: AnyKernel,
  args: readonly number[],
  pieces: number,
): void {
  const ranged = layout.endsWith('R');
  const count = layout.length - Number(ranged);
  view.setUint16(start, id, true);
  view.setUint16(start + RECORD_PIECES, pieces, true);
  view.setUint32(start + RECORD_BYTES, size, true);
  view.setInt32(start + RECORD_BEGIN, ranged ? (args[count] ?? 0) : 0, true);
  view.setInt32(start + RECORD_END, ranged ? (args[count + 1] ?? 0) : 0, true);
  let at = start + RECORD_ARGUMENTS;
  for (let i = 0; i < count; i++) {
    const value = args[i] ?? 0;
    const kind = layout[i];
    if (kind === 'd') view.setFloat64(at, value, true);
    else if (kind === 'f') view.setFloat32(at, value, true);
    else view.setInt32(at, value, true); // pointers and u32 wrap to the same bits
    at += kind === 'd' ? 8 : 4;
  }
}
