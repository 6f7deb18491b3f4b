// Protocol buffer fields of bytes that are not trusted: every length is checked before anything is read.
import { PbfReader } from 'pbf';
import { FormatError, refuse } from '../../core/errors.js';

/** A message that is being read: fields come one by one. */
export class Wire {
  readonly where: string;
  readonly #pbf: PbfReader;
  readonly #end: number;
  #type = 0;

  constructor(where: string, pbf: PbfReader, end: number) {
    this.where = where;
    this.#pbf = pbf;
    this.#end = end;
  }

  static of(where: string, bytes: Uint8Array): Wire {
    const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length); // a Buffer's slice is no copy
    return new Wire(where, new PbfReader(plain), bytes.length);
  }

  /** Calls `read` for each field. What it does not read is skipped. */
  fields(read: (field: number) => void): void {
    const pbf = this.#pbf;
    while (pbf.pos < this.#end) {
      const tag = this.#varint();
      this.#type = tag % 8;
      const begin = pbf.pos;
      read(Math.floor(tag / 8));
      if (pbf.pos === begin) this.#skip();
      if (pbf.pos > this.#end) this.#damaged();
    }
  }

  #damaged(): never {
    refuse(FormatError, this.where, 'an ONNX file', 'damaged or truncated bytes');
  }

  #varint(signed = false): number {
    try {
      const value = this.#pbf.readVarint(signed);
      if (this.#pbf.pos <= this.#end && Number.isFinite(value)) return value;
    } catch {
      // longer than a varint can be
    }
    this.#damaged();
  }

  #skip(): void {
    if (this.#type === 0) this.#varint();
    else if (this.#type === 1) this.#take(8);
    else if (this.#type === 2) this.bytes();
    else if (this.#type === 5) this.#take(4);
    else this.#damaged();
  }

  /** Moves on, and returns the position before. */
  #take(count: number): number {
    const begin = this.#pbf.pos;
    if (!(count <= this.#end - begin)) this.#damaged();
    this.#pbf.pos += count;
    return begin;
  }

  #expect(type: number): void {
    if (this.#type !== type) this.#damaged();
  }

  bytes(): Uint8Array {
    this.#expect(2);
    const count = this.#varint();
    const begin = this.#take(count);
    return this.#pbf.buf.subarray(begin, begin + count);
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  integer(): number {
    this.#expect(0);
    return this.#varint(true);
  }

  float(): number {
    this.#expect(5);
    return this.#view(this.#take(4), 4).getFloat32(0, true);
  }

  #view(begin: number, count: number): DataView {
    const { buf } = this.#pbf;
    return new DataView(buf.buffer, buf.byteOffset + begin, count);
  }

  message<T>(read: (wire: Wire) => T): T {
    this.#expect(2);
    const count = this.#varint();
    const end = this.#take(count) + count;
    this.#pbf.pos = end - count;
    const result = read(new Wire(this.where, this.#pbf, end));
    this.#pbf.pos = end;
    return result;
  }

  /** Integers, packed or one. */
  integers(into: number[]): void {
    if (this.#type === 0) into.push(this.#varint(true));
    else this.message((wire) => wire.#all(() => into.push(wire.#varint(true))));
  }

  /** Floats or doubles, packed or one. */
  floats(into: number[], bytes: 4 | 8 = 4): void {
    const one = (wire: Wire): void => {
      const view = wire.#view(wire.#take(bytes), bytes);
      into.push(bytes === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true));
    };
    if (this.#type === 2) this.message((wire) => wire.#all(() => one(wire)));
    else {
      this.#expect(bytes === 4 ? 5 : 1);
      one(this);
    }
  }

  #all(read: () => void): void {
    while (this.#pbf.pos < this.#end) read();
  }
}
