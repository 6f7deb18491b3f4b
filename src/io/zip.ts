// Zip archives, from their public description (APPNOTE.TXT): at the end a directory that says where each file begins and
// how large it is; each file stored as it is or deflated. Nothing is taken from it unless the sizes agree.
import { inflateSync } from 'fflate';
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';

const [END, END64, LOCATOR64, ENTRY, LOCAL] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];
const END_BYTES = 22;
const MAX_COMMENT = 65535;
/** Deflated data cannot become longer than this many times. */
const MAX_RATIO = 1032;
/** What an archive may unpack to in all: this, or so many times its own size. More is made to fill memory. */
const [SAFE_BYTES, SAFE_RATIO] = [2 ** 26, 100];

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  readonly offset: number;
}

/** The most bytes that a compressed file of this size may hold. */
export function unpackedLimit(bytes: number): number {
  return Math.max(SAFE_BYTES, SAFE_RATIO * bytes);
}

/** Whether bytes begin like an archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

const CRC_TABLE = /* @__PURE__ */ Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** CRC-32 of the bytes. */
export function crc32(bytes: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** A number of 64 bits; one that is too large becomes larger than any file. */
function large(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

class Archive {
  readonly #where: string;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(where: string, bytes: Uint8Array) {
    this.#where = where;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  #damaged(expected: string, got: string | number): never {
    refuse(FormatError, this.#where, `a zip archive with ${expected}`, got);
  }

  /** Where `length` bytes begin, checked. */
  #at(offset: number, length: number): number {
    if (offset >= 0 && offset + length <= this.#bytes.length) return offset;
    this.#damaged('parts inside the file', `one at byte ${offset} of ${this.#bytes.length}`);
  }

  #directory(): { count: number; offset: number } {
    const view = this.#view;
    const first = Math.max(0, view.byteLength - END_BYTES - MAX_COMMENT);
    let end = view.byteLength - END_BYTES;
    while (end >= first && view.getUint32(end, true) !== END) end--;
    if (end < first) this.#damaged('a directory at its end', 'none');
    const [count, offset] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
    if (count !== 0xffff && offset !== 0xffffffff) return { count, offset };
    const locator = this.#at(end - 20, 20);
    if (view.getUint32(locator, true) !== LOCATOR64) return { count, offset };
    const end64 = this.#at(large(view, locator + 8), 56);
    if (view.getUint32(end64, true) !== END64) this.#damaged('a directory at its end', 'none');
    return { count: large(view, end64 + 32), offset: large(view, end64 + 48) };
  }

  /** Sizes and offset; those that do not fit are in a field of their own. */
  #sizes(at: number, nameLength: number, extraLength: number): { packed: number; size: number; offset: number } {
    const view = this.#view;
    const found = { size: view.getUint32(at + 24, true), packed: view.getUint32(at + 20, true), offset: view.getUint32(at + 42, true) }; // prettier-ignore
    const end = at + 46 + nameLength + extraLength;
    for (let field = at + 46 + nameLength; field + 4 <= end;) {
      const [id, length] = [view.getUint16(field, true), view.getUint16(field + 2, true)];
      let value = field + 4;
      if (id === 1)
        for (const key of ['size', 'packed', 'offset'] as const)
          if (found[key] === 0xffffffff && value + 8 <= Math.min(end, field + 4 + length)) {
            found[key] = large(view, value);
            value += 8;
          }
      field += 4 + length;
    }
    return found;
  }

  entries(): Entry[] {
    const { count, offset } = this.#directory();
    const view = this.#view;
    const entries: Entry[] = [];
    let at = offset;
    for (let i = 0; i < count; i++) {
      this.#at(at, 46);
      if (view.getUint32(at, true) !== ENTRY) this.#damaged(`${count} entries in its directory`, i);
      const [nameLength, extraLength] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true)];
      const length = 46 + nameLength + extraLength + view.getUint16(at + 32, true);
      this.#at(at, length);
      const name = new TextDecoder().decode(new Uint8Array(this.#bytes.subarray(at + 46, at + 46 + nameLength)));
      if (view.getUint16(at + 8, true) & 1) this.#damaged('files that are not encrypted', show(name));
      const [method, crc] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
      entries.push({ name, method, crc, ...this.#sizes(at, nameLength, extraLength) });
      at += length;
    }
    this.#check(entries);
    return entries;
  }

  /** Refuses archives that unpack to more than they can hold, or to far more than their own size. */
  #check(entries: readonly Entry[]): void {
    const names = new Set(entries.map(({ name }) => name));
    if (names.size < entries.length) this.#damaged('distinct names', 'one twice');
    let [end, total] = [0, 0];
    for (const { name, method, packed, size, offset } of [...entries].sort((a, b) => a.offset - b.offset)) {
      if (method !== 0 && method !== 8)
        this.#damaged('files stored or deflated', `${show(name)} with method ${method}`);
      if (offset < end) this.#damaged('files that do not overlap', show(name));
      if (method === 0 ? size !== packed : size > MAX_RATIO * packed + MAX_RATIO)
        this.#damaged('sizes that are possible', `${packed} bytes of ${show(name)} for ${size}`);
      end = offset + packed;
      total += size;
    }
    const limit = unpackedLimit(this.#bytes.length);
    if (total > limit) this.#damaged(`at most ${limit} bytes of contents (pack it without compression)`, total);
  }

  /** The bytes of a file: a part of the archive, or unpacked. */
  read({ name, method, crc, packed, size, offset }: Entry): Uint8Array {
    const view = this.#view;
    const local = this.#at(offset, 30);
    if (view.getUint32(local, true) !== LOCAL) this.#damaged(`a header of ${show(name)}`, 'none');
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const data = this.#bytes.subarray(this.#at(start, packed), start + packed);
    const bytes = method === 0 ? data : this.#inflate(name, data, size);
    if (bytes.length !== size) this.#damaged(`${size} bytes of ${show(name)}`, bytes.length);
    if (crc32(bytes) !== crc) this.#damaged(`the contents of ${show(name)} as they were packed`, 'changed ones');
    return bytes;
  }

  #inflate(name: string, data: Uint8Array, size: number): Uint8Array {
    try {
      return inflateSync(data, { out: new Uint8Array(size) });
    } catch (cause) {
      throw new FormatError(`${this.#where}: expected a zip archive with whole files, got a damaged ${show(name)}`, { cause }); // prettier-ignore
    }
  }
}

/** The files in an archive by name, in their order, unpacked when they are read. @throws FormatError */
export function openZip(where: string, bytes: Uint8Array): ReadonlyMap<string, () => Uint8Array> {
  const archive = new Archive(where, bytes);
  return new Map(archive.entries().map((entry) => [entry.name, () => archive.read(entry)]));
}
