import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { readIdx } from '../../src/data/index.js';

type Writer = (view: DataView, at: number, value: number) => void;

const TYPES: [name: string, code: number, bytes: number, write: Writer, values: number[]][] = [
  ['Uint8Array', 0x08, 1, (v, at, x) => v.setUint8(at, x), [0, 1, 127, 128, 254, 255]],
  ['Int8Array', 0x09, 1, (v, at, x) => v.setInt8(at, x), [0, 1, -1, 127, -128, 5]],
  ['Int16Array', 0x0b, 2, (v, at, x) => v.setInt16(at, x), [0, 1, -2, 32767, -32768, 258]],
  ['Int32Array', 0x0c, 4, (v, at, x) => v.setInt32(at, x), [0, 1, -2, 2147483647, -2147483648, 16909060]],
  ['Float32Array', 0x0d, 4, (v, at, x) => v.setFloat32(at, x), [0, 1.5, -2.25, 2 ** 100, -Infinity, Math.fround(0.1)]],
  ['Float64Array', 0x0e, 8, (v, at, x) => v.setFloat64(at, x), [0, 1.5, -2.25, 1e300, -1e-300, 0.1]],
];

function idxBytes(
  code: number,
  shape: readonly number[],
  bytes: number,
  write: Writer,
  values: readonly number[],
): Uint8Array {
  const start = 4 + 4 * shape.length;
  const view = new DataView(new ArrayBuffer(start + bytes * values.length));
  view.setUint8(2, code);
  view.setUint8(3, shape.length);
  shape.forEach((size, axis) => view.setUint32(4 + 4 * axis, size));
  values.forEach((value, i) => write(view, start + i * bytes, value));
  return new Uint8Array(view.buffer);
}

const valid = idxBytes(0x08, [2, 3], 1, (v, at, x) => v.setUint8(at, x), [1, 2, 3, 4, 5, 6]);

describe('readIdx', () => {
  it.each(TYPES)('reads %s', (name, code, bytes, write, values) => {
    const file = idxBytes(code, [2, 3], bytes, write, values);
    const { shape, data } = readIdx(file);
    expect(shape).toEqual([2, 3]);
    expect(data.constructor.name).toBe(name);
    expect([...data]).toEqual(values);
    expect([...readIdx(file.buffer as ArrayBuffer).data]).toEqual(values);
  });

  it('reads from the middle of a buffer, at any alignment, and copies', () => {
    for (const offset of [1, 2, 3, 5]) {
      const [, code, bytes, write, values] = TYPES[5]!;
      const file = idxBytes(code, [6], bytes, write, values);
      const larger = new Uint8Array(file.length + offset + 4).fill(99);
      larger.set(file, offset);
      const { data } = readIdx(larger.subarray(offset, offset + file.length));
      larger.fill(0);
      expect([...data]).toEqual(values);
    }
  });

  it('reads files without axes and without elements', () => {
    expect(readIdx(new Uint8Array([0, 0, 8, 0, 42]))).toEqual({ shape: [], data: new Uint8Array([42]) });
    expect(readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 0]))).toEqual({ shape: [0], data: new Uint8Array(0) });
  });

  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'at least 4 bytes, got 0'],
    ['a gzip file', new Uint8Array([0x1f, 0x8b, 8, 0, 0]), 'the bytes of an IDX file, got gzip: decompress them first'],
    ['a foreign start', new Uint8Array([1, 0, 8, 1, 0, 0, 0, 0]), 'two zero bytes at the start, got 0x100'],
    ['an unknown type', new Uint8Array([0, 0, 10, 1, 0, 0, 0, 0]), 'an element type of 8, 9 or 11 to 14, got 10'],
    ['a cut header', new Uint8Array([0, 0, 8, 3, 0, 0, 0, 1]), '16 bytes of header for 3 axes, got 8'],
    ['missing elements', valid.slice(0, -1), '6 bytes of elements for shape [2, 3], got 5'],
    ['too many elements', new Uint8Array([...valid, 0]), '6 bytes of elements for shape [2, 3], got 7'],
    [
      'a huge promise',
      new Uint8Array([0, 0, 14, 2, 255, 255, 255, 255, 255, 255, 255, 255, 1]),
      '147573952520956940000 bytes of elements for shape [4294967295, 4294967295], got 1',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => readIdx(bytes)).toThrow(new FormatError(`readIdx: expected ${message}`));
  });

  it('reads bytes of another realm', () => {
    const foreign = new DataView(valid.buffer, valid.byteOffset, valid.byteLength); // as little a Uint8Array of ours
    // @ts-expect-error the type asks for the usual
    expect(readIdx(foreign)).toEqual(readIdx(valid));
  });

  it('refuses what are no bytes', () => {
    // @ts-expect-error a string is no byte array
    expect(() => readIdx('file.idx')).toThrow(
      new TypeError("readIdx: expected a Uint8Array or an ArrayBuffer, got 'file.idx'"),
    );
  });

  it('never does anything but answer or throw FormatError', () => {
    const check = (bytes: Uint8Array): void => {
      try {
        const { shape, data } = readIdx(bytes);
        expect(data.length).toBe(shape.reduce((a, b) => a * b, 1));
        expect(data.byteLength).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check), { numRuns: 500 });
    // Plausible starts reach further into the reader.
    const damagedFile = fc
      .tuple(fc.nat(valid.length - 1), fc.nat(255), fc.nat(valid.length))
      .map(([at, byte, length]) => valid.map((old, i) => (i === at ? byte : old)).slice(0, length));
    fc.assert(fc.property(damagedFile, check), { numRuns: 1000 });
    const headers = fc
      .tuple(fc.constantFrom(8, 9, 11, 12, 13, 14), fc.nat(5), fc.uint8Array({ maxLength: 60 }))
      .map(([type, rank, rest]) => new Uint8Array([0, 0, type, rank, ...rest]));
    fc.assert(fc.property(headers, check), { numRuns: 500 });
  });
});
