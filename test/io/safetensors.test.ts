import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { decodeTensors, encodeTensors, type FileTensor } from '../../src/io/safetensors.js';
import { container, takeApart } from './support.js';

const read = (bytes: Uint8Array) => decodeTensors('test', bytes);
const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.of(...values).buffer);
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
    expect(new Uint8Array(found.get(name)!.data.buffer)).toEqual(new Uint8Array(data.buffer));
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
  const cases: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /at least 8 bytes/],
    ['a header longer than the file', container('{}', undefined, 3n), /header length of 3/],
    ['a header length of 2^63', container('{}', undefined, 2n ** 63n), /header length/],
    ['no UTF-8', new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 255]), /UTF-8/],
    ['a byte order mark', container('\ufeff{}'), /JSON/],
    ['no JSON', container('{"a":'), /JSON/],
    ['an array', container('[]'), /object/],
    ['null', container('null'), /object/],
    ['deep nesting', container(deep), /nesting/],
    ['very deep nesting', container('['.repeat(100_000) + ']'.repeat(100_000)), /nesting|JSON/],
    [
      'a key twice',
      container(`{"a":${JSON.stringify(entry())},"a":${JSON.stringify(entry())}}`, floats(1, 2)),
      /twice/,
    ],
    ['a key twice, written differently', container(`{"__metadata__":{"k":"1","\\u006b":"2"}}`), /twice/],
    ['the key __proto__', container('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,0]}}'), /__proto__/],
    ['metadata that is no text', container('{"__metadata__":{"a":1}}'), /string/],
    ['metadata that is an array', container('{"__metadata__":["a"]}'), /object/],
    ['another dtype', one({ dtype: 'F16' }), /dtype F32, F64 or I32/],
    ['a dtype that is a number', one({ dtype: 4 }), /string/],
    ['a negative size', one({ shape: [-2] }), /whole number/],
    ['a fractional size', one({ shape: [2.5] }), /whole number/],
    ['seven axes', one({ shape: [2, 1, 1, 1, 1, 1, 1] }), /6 axes/],
    ['a shape larger than its bytes', one({ shape: [1e12] }), /bytes for shape/],
    ['sizes past 2^53', one({ shape: [2 ** 53, 2] }), /whole number/],
    ['sizes that multiply past every number', one({ shape: [2 ** 52, 2 ** 52, 2 ** 52] }), /bytes for shape/],
    ['a shape smaller than its bytes', one({ shape: [1] }), /bytes for shape/],
    ['offsets the wrong way', one({ data_offsets: [8, 0] }), /data_offsets/],
    ['three offsets', one({ data_offsets: [0, 4, 8] }), /data_offsets/],
    ['offsets past the end', one({ data_offsets: [0, 16], shape: [4] }), /bytes of elements/],
    ['a gap before', one({ data_offsets: [4, 8], shape: [1] }), /begin at byte 0/],
    ['bytes left over', one({ data_offsets: [0, 4], shape: [1] }), /4 bytes of elements, got 8/],
    ['an unknown entry', one({ extra: 1 }), /keys dtype, shape, data_offsets/],
    [
      'overlapping tensors',
      container(JSON.stringify({ a: entry(), b: entry({ data_offsets: [4, 12] }) }), floats(1, 2, 3)),
      /begin at byte 8/,
    ],
  ];
  test.each(cases)('%s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(FormatError);
    expect(() => read(bytes)).toThrow(message);
  });
});
