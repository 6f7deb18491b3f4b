import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { decodeTensors, encodeTensors, type FileTensor } from '../../src/io/safetensors.js';
import { container, takeApart } from './support.js';

const read = (bytes: Uint8Array) => decodeTensors('test', bytes);
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.of(...values).buffer);
const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
const tensors = new Map<string, FileTensor>([
  ['a', { shape: [2, 2], data: Float32Array.of(1, -0, NaN, 1e-45) }],
  ['count', { shape: [1], data: Int32Array.of(-7) }],
  ['precise', { shape: [2], data: Float64Array.of(0.1, -1e300) }],
  ['scalar', { shape: [], data: Float32Array.of(5) }],
  ['empty', { shape: [0, 3], data: new Float32Array() }],
]);

test('what is written is read back to the bit', () => {
  const { tensors: found, metadata } = read(encodeTensors({ tensors, metadata: { note: 'Größe "1"' } }));
  expect(metadata).toEqual({ note: 'Größe "1"' });
  expect([...found.keys()].sort()).toEqual([...tensors.keys()].sort());
  for (const [name, { shape, data }] of tensors) {
    expect(found.get(name)?.shape).toEqual(shape);
    expect(found.get(name)?.data.constructor).toBe(data.constructor);
    expect(bytesOf(found.get(name)!.data)).toEqual(bytesOf(data));
  }
});

test('the layout is the published one: length, JSON, aligned elements without gaps', () => {
  const bytes = encodeTensors({ tensors, metadata: {} });
  const { header, body } = takeApart(bytes);
  expect(header['__metadata__']).toEqual({});
  expect(header['precise']).toEqual({ dtype: 'F64', shape: [2], data_offsets: [0, 16] });
  expect(header['a']).toEqual({ dtype: 'F32', shape: [2, 2], data_offsets: [16, 32] });
  expect(header['count']).toEqual({ dtype: 'I32', shape: [1], data_offsets: [32, 36] });
  expect((bytes.length - body.length) % 8).toBe(0);
  expect(new DataView(body.buffer).getFloat64(0, true)).toBe(0.1);
  expect(new DataView(body.buffer).getInt32(32, true)).toBe(-7);
});

test('a file as other writers make it: unsorted, unaligned, without metadata', () => {
  const header =
    '{"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}} ';
  const bytes = new Uint8Array([255, ...container(header, floats(1.5, 2.5))]).subarray(1);
  const { tensors: found, metadata } = read(bytes);
  expect(metadata).toEqual({});
  expect(found.get('a')).toEqual({ shape: [], data: Float32Array.of(1.5) });
  expect(found.get('b')).toEqual({ shape: [1], data: Float32Array.of(2.5) });
});

test('tensors in any order, empty ones where others begin', () => {
  const entry = (begin: number, end: number): object => ({
    dtype: 'F32',
    shape: [(end - begin) / 4],
    data_offsets: [begin, end],
  });
  const entries = { c: entry(8, 12), a: entry(0, 4), b: entry(4, 8), none: entry(4, 4), last: entry(12, 12) };
  const names = Object.keys(entries);
  for (let turn = 0; turn < names.length; turn++) {
    const order = [...names.slice(turn), ...names.slice(0, turn)];
    for (const each of [order, order.toReversed()]) {
      const header = JSON.stringify(
        Object.fromEntries(each.map((name) => [name, entries[name as keyof typeof entries]])),
      );
      const { tensors: found } = read(container(header, floats(1, 2, 3)));
      expect(found.get('b')?.data).toEqual(Float32Array.of(2));
      expect(found.get('none')?.data).toEqual(Float32Array.of());
    }
  }
});

test('32 levels of nesting are read', () => {
  const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
  // What is deep is no tensor, but that is said by the next check.
  expect(() => read(container(nested(32)))).toThrow(/tensor 'a': expected keys/);
  expect(() => read(container(nested(33)))).toThrow(/at most 32 levels/);
});

describe('refused with FormatError', () => {
  const entry = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
    dtype: 'F32',
    shape: [2],
    data_offsets: [0, 8],
    ...over,
  });
  const one = (over: Record<string, unknown>): Uint8Array =>
    container(JSON.stringify({ a: entry(over) }), floats(1, 2));
  const deep = `${'{"a":'.repeat(40)}1${'}'.repeat(40)}`;
  const cases: [string, Uint8Array, string][] = [
    ['nothing', new Uint8Array(), 'expected at least 8 bytes, got 0'],
    [
      'a header longer than the file',
      container('{}', undefined, 3n),
      'expected a safetensors file of 10 bytes, got a header length of 3',
    ],
    [
      'a header length of 2^63',
      container('{}', undefined, 2n ** 63n),
      'expected a safetensors file of 10 bytes, got a header length of 9223372036854776000',
    ],
    ['no UTF-8', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 255]), 'expected a header in UTF-8, got 255 ...'],
    ['a byte order mark', container('\ufeff{}'), "expected JSON, got '\ufeff{}'"],
    ['no JSON', container('{"a":'), 'expected JSON, got \'{"a":\''],
    ['an array', container('[]'), 'expected an object, got []'],
    ['null', container('null'), 'expected an object, got null'],
    ['deep nesting', container(deep), 'expected at most 32 levels of nesting, got 33 at character 160'],
    [
      'very deep nesting',
      container('['.repeat(100_000) + ']'.repeat(100_000)),
      'expected at most 32 levels of nesting, got 33 at character 32',
    ],
    [
      'a key twice',
      container(`{"a":${JSON.stringify(entry())},"a":${JSON.stringify(entry())}}`, floats(1, 2)),
      "expected distinct keys, got 'a' twice",
    ],
    [
      'a key twice, written differently',
      container(`{"__metadata__":{"k":"1","\\u006b":"2"}}`),
      "expected distinct keys, got 'k' twice",
    ],
    [
      'the key __proto__',
      container('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}'),
      "expected ordinary keys, got '__proto__'",
    ],
    ['metadata that is no text', container('{"__metadata__":{"a":1}}'), 'expected a string, got 1'],
    ['metadata that is an array', container('{"__metadata__":["a"]}'), "__metadata__: expected an object, got ['a']"],
    [
      'another dtype',
      one({ dtype: 'F8_E4M3' }),
      "tensor 'a': expected dtype F32, F64, I8, I16, I32, I64, U8, U16, U32, U64, F16, BF16, BOOL, got 'F8_E4M3'",
    ],
    ['a dtype that is a number', one({ dtype: 4 }), "tensor 'a': expected a string, got 4"],
    ['a negative size', one({ shape: [-2] }), "tensor 'a': expected a whole number >= 0, got -2"],
    ['a fractional size', one({ shape: [2.5] }), "tensor 'a': expected a whole number >= 0, got 2.5"],
    ['seven axes', one({ shape: [2, 1, 1, 1, 1, 1, 1] }), "tensor 'a': expected at most 6 axes, got 7"],
    [
      'a shape larger than its bytes',
      one({ shape: [1e12] }),
      "tensor 'a': expected 4000000000000 bytes for shape [1000000000000], got 8",
    ],
    ['sizes past 2^53', one({ shape: [2 ** 53, 2] }), "tensor 'a': expected a whole number >= 0, got 9007199254740992"],
    [
      'sizes that multiply past every number',
      one({ shape: [2 ** 52, 2 ** 52, 2 ** 52] }),
      "tensor 'a': expected 3.6537540933272573e+47 bytes for shape [4503599627370496, 4503599627370496, 4503599627370496], got 8",
    ],
    ['a shape smaller than its bytes', one({ shape: [1] }), "tensor 'a': expected 4 bytes for shape [1], got 8"],
    [
      'offsets the wrong way',
      one({ data_offsets: [8, 0] }),
      "tensor 'a': expected data_offsets [begin, end], got [8, 0]",
    ],
    [
      'three offsets',
      one({ data_offsets: [0, 4, 8] }),
      "tensor 'a': expected data_offsets [begin, end], got [0, 4, 8]",
    ],
    ['offsets past the end', one({ data_offsets: [0, 16], shape: [4] }), 'expected 16 bytes of elements, got 8'],
    ['a gap before', one({ data_offsets: [4, 8], shape: [1] }), "expected tensor 'a' to begin at byte 0, got 4"],
    ['bytes left over', one({ data_offsets: [0, 4], shape: [1] }), 'expected 4 bytes of elements, got 8'],
    ['an unknown entry', one({ extra: 1 }), "tensor 'a': expected keys dtype, shape, data_offsets, got 'extra'"],
    [
      'overlapping tensors',
      container(JSON.stringify({ a: entry(), b: entry({ data_offsets: [4, 12] }) }), floats(1, 2, 3)),
      "expected tensor 'b' to begin at byte 8, got 4",
    ],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(new FormatError(`test: ${message}`));
  });
});
