// Archives of NumPy's (`np.load`): a zip archive whose files are stored as they are.
import { encodeNpy } from '../io/numpy/npy.js';
import { crc32 } from '../io/zip.js';
import type { Shape } from '../core/shapes.js';
import { CommandError } from './errors.js';

export interface NamedArray {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array;
}

const [LOCAL, ENTRY, END] = [0x04034b50, 0x02014b50, 0x06054b50];
/** The first day that the format knows, so that the same arrays are the same bytes. */
const DATE = 0x0021;
const MAX_BYTES = 0xffff_ffff;
const MAX_FILES = 0xffff;
const UTF8_NAMES = 0x0800;

function record(size: number, fill: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(size);
  fill(new DataView(bytes.buffer));
  return bytes;
}

/** What a local header and the directory say of a file, from `at` on. */
function putFile(view: DataView, at: number, crc: number, size: number, nameBytes: number): void {
  view.setUint16(at, 20, true);
  view.setUint16(at + 2, UTF8_NAMES, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, nameBytes, true);
}

/** The bytes of an archive with a file `<name>.npy` for each array. @throws CommandError when it becomes too large */
export function encodeNpz(arrays: readonly NamedArray[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let [offset, entries] = [0, 0];
  for (const { name, shape, data } of arrays) {
    const file = new TextEncoder().encode(`${name}.npy`);
    const bytes = encodeNpy(data, shape);
    const [crc, at] = [crc32(bytes), offset];
    const local = record(30, (view) => {
      view.setUint32(0, LOCAL, true);
      putFile(view, 4, crc, bytes.length, file.length);
    });
    const entry = record(46, (view) => {
      view.setUint32(0, ENTRY, true);
      view.setUint16(4, 20, true);
      putFile(view, 6, crc, bytes.length, file.length);
      view.setUint32(42, at, true);
    });
    parts.push(local, file, bytes);
    directory.push(entry, file);
    offset += local.length + file.length + bytes.length;
    entries += entry.length + file.length;
    if (offset + entries > MAX_BYTES) throw new CommandError('expected an .npz file below 4 GiB, got more');
  }
  if (arrays.length > MAX_FILES) throw new CommandError(`expected at most ${MAX_FILES} arrays in an .npz file, got ${arrays.length}`); // prettier-ignore
  const end = record(22, (view) => {
    view.setUint32(0, END, true);
    view.setUint16(8, arrays.length, true);
    view.setUint16(10, arrays.length, true);
    view.setUint32(12, entries, true);
    view.setUint32(16, offset, true);
  });
  return Buffer.concat([...parts, ...directory, end]);
}
