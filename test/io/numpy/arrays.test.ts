// Arrays that NumPy has saved (make.py), and files that it would not.
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../../src/core/errors.js';
import { memory, tensor } from '../../../src/index.js';
import { readNpy, readNpz, writeNpy } from '../../../src/io/index.js';
import { withRuntime } from '../../support/live.js';
import { typed } from '../../support/typed.js';
import given from './cases.json' with { type: 'json' };
import { zipped } from './zipped.js';

withRuntime();

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(base64), (text) => text.charCodeAt(0));
const npy = (header: string, body: number): Uint8Array => {
  const bytes = new Uint8Array(10 + header.length + body);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8]);
  bytes.set(new TextEncoder().encode(header), 10);
  return bytes;
};

test.each(given.cases)('$name', ({ npy: data, shape, values, dtype }) => {
  using x = readNpy(bytesOf(data));
  expect(x.shape).toEqual(shape);
  expect(x.dtype).toBe(dtype);
  const expected = values.map((value) => Math.fround(Number(value === 'inf' ? Infinity : value === '-inf' ? -Infinity : value))); // prettier-ignore
  expect(Array.from(x.data())).toEqual(expected);
});

test.each(Object.entries(given.archives))('%s archive', (_, data) => {
  const arrays = readNpz(bytesOf(data));
  expect(Object.keys(arrays)).toEqual(['a', 'b', 'arr_0']);
  expect(arrays['a']?.toArray()).toEqual([[-6, -5, -4, -3], [-2, -1, 0, 1], [2, 3, 4, 5]]); // prettier-ignore
  expect(arrays['b']?.shape).toEqual([1000]);
  expect(arrays['arr_0']?.item()).toBe(1);
  for (const array of Object.values(arrays)) array.dispose();
});

test.each(Object.entries(given.refused))('%s are refused', (_, data) => {
  const { liveTensors } = memory();
  expect(() => readNpy(bytesOf(data))).toThrow(typed(FormatError, /^readNpy: expected /));
  expect(memory().liveTensors).toBe(liveTensors);
});

test.each([[[]], [[3]], [[2, 3]], [[0]], [[2, 1, 3]]])('what writeNpy writes of shape %j', (shape) => {
  const size = shape.reduce((product, each) => product * each, 1);
  const values = Float32Array.from({ length: size }, (_, i) => i / 3);
  using x = tensor(values, shape);
  const bytes = writeNpy(x);
  expect(bytes.length - 4 * size).toBe(128);
  using y = readNpy(bytes);
  expect([y.shape, y.data()]).toEqual([shape, values]);
});

describe('hostile headers', () => {
  const header = (shape: string, descr = "'<f4'"): string =>
    `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  test.each([
    ['a huge size', header('(999999999999,)')],
    ['a product beyond all numbers', header('(4294967296, 4294967296)')],
    ['a negative size', header('(-1,)')],
    ['a size that is no number', header('(1.5,)')],
    ['code', header("__import__('os').system('true')")],
    ['an object dtype', header('(1,)', "'|O'")],
    ['a list as dtype', header('(1,)', "[('a', '<f4')]")],
    ['a key twice', header('(1,)').replace('fortran_order', 'descr')],
    ['a key too many', header('(1,)').replace('}', "'more': True}")],
    ['no dictionary', 'hello'],
  ])('%s', (_, text) => {
    expect(() => readNpy(npy(text, 4))).toThrow(typed(FormatError, /^readNpy: expected /));
  });

  test('a file cut at any byte', () => {
    const bytes = writeNpyOf([2, 3]);
    for (let length = 0; length < bytes.length; length++)
      expect(() => readNpy(bytes.subarray(0, length))).toThrow(typed(FormatError, /^readNpy: expected /));
    expect(() => readNpy(Uint8Array.of(...bytes, 0))).toThrow(typed(FormatError, /^readNpy: expected 24 bytes/));
  });
});

function writeNpyOf(shape: readonly number[]): Uint8Array<ArrayBuffer> {
  using x = tensor(new Float32Array(shape.reduce((product, each) => product * each, 1)), shape);
  return writeNpy(x);
}

describe('archives', () => {
  const zeros = (count: number): Uint8Array<ArrayBuffer> => writeNpyOf([count]);

  test('errors name the array', () => {
    const bytes = zipped({ 'good.npy': zeros(1), 'weights/bad.npy': zeros(2).subarray(0, -1) });
    const { liveTensors } = memory();
    expect(() => readNpz(bytes)).toThrow(typed(FormatError, /^readNpz: array 'weights\/bad': expected 8 bytes/));
    expect(memory().liveTensors).toBe(liveTensors);
  });

  test('one that unpacks to far more than its size is refused before it is unpacked', () => {
    const bytes = zipped({ 'bomb.npy': zeros(20_000_000) });
    expect(bytes.length).toBeLessThan(200_000);
    expect(() => readNpz(bytes)).toThrow(
      typed(FormatError, /^readNpz: expected a zip archive with at most 67108864 bytes of contents .* got 80000128$/),
    );
  });

  test('one that says less than it unpacks to is refused', () => {
    const bytes = zipped({ 'x.npy': zeros(50_000) });
    const view = new DataView(bytes.buffer);
    const directory = view.getUint32(bytes.length - 6, true);
    view.setUint32(directory + 24, 1000, true);
    expect(() => readNpz(bytes)).toThrow(typed(FormatError, /^readNpz: expected a zip archive /));
  });

  test('parts that overlap, changed bytes and a missing end are refused', () => {
    const bytes = zipped({ 'a.npy': zeros(3), 'b.npy': zeros(3) });
    const view = new DataView(bytes.buffer);
    const second = view.getUint32(bytes.length - 6, true) + 46 + 5;
    const overlapping = bytes.slice();
    new DataView(overlapping.buffer).setUint32(second + 42, 0, true);
    for (const damaged of [overlapping, bytes.subarray(0, -1), bytes.with(60, 7)])
      expect(() => readNpz(damaged)).toThrow(typed(FormatError, /^readNpz: expected a zip archive /));
  });
});
