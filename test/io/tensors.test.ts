import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { tensor, zeros } from '../../src/index.js';
import { readMetadata, readTensors, saveModel, writeTensors, type NamedTensors } from '../../src/io/index.js';
import { memory } from '../../src/runtime/init.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { container, smallModel } from './support.js';

withRuntime();

const unsigned = (data: ArrayBufferView): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

/** A file with one tensor `x` of so many elements. */
function fileOf(dtype: string, data: ArrayBufferView, shape = [data.byteLength]): Uint8Array {
  const header = { x: { dtype, shape, data_offsets: [0, data.byteLength] } };
  return container(JSON.stringify(header), unsigned(data));
}

function free(tensors: NamedTensors): void {
  for (const one of Object.values(tensors)) one.dispose();
}

test.each<[string, ArrayBufferView & ArrayLike<unknown>, readonly number[], 'f32' | 'i32']>([
  ['F32', Float32Array.of(1.5, -0, NaN), [1.5, -0, NaN], 'f32'],
  ['F64', Float64Array.of(0.1, -Infinity, 1e-300), [Math.fround(0.1), -Infinity, 0], 'f32'],
  ['F16', Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00), [1, -2, 2 ** -24, Infinity], 'f32'],
  ['BF16', Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80), [1, -2, 2 ** -133, Infinity], 'f32'],
  ['I8', Int8Array.of(-128, 127), [-128, 127], 'i32'],
  ['I16', Int16Array.of(-32768, 32767), [-32768, 32767], 'i32'],
  ['I32', Int32Array.of(-(2 ** 31), 2 ** 31 - 1), [-(2 ** 31), 2 ** 31 - 1], 'i32'],
  ['I64', BigInt64Array.of(-(2n ** 31n), 2n ** 31n - 1n), [-(2 ** 31), 2 ** 31 - 1], 'i32'],
  ['U8', Uint8Array.of(0, 255), [0, 255], 'i32'],
  ['U16', Uint16Array.of(0, 65535), [0, 65535], 'i32'],
  ['U32', Uint32Array.of(0, 2 ** 31 - 1), [0, 2 ** 31 - 1], 'i32'],
  ['U64', BigUint64Array.of(0n, 2n ** 31n - 1n), [0, 2 ** 31 - 1], 'i32'],
  ['BOOL', Uint8Array.of(0, 1, 2), [0, 1, 1], 'i32'],
])('%s is read, from bytes and piece by piece', async (dtype, data, values, type) => {
  const bytes = fileOf(dtype, data, [data.length, 1]);
  const pieces = [...bytes].map((byte) => Uint8Array.of(byte));
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(control) {
      for (const piece of pieces) control.enqueue(piece);
      control.close();
    },
  });
  for (const tensors of [readTensors(bytes), await readTensors(stream), await readTensors(new Blob([bytes.slice()]))]) {
    const { x } = tensors;
    expect(x?.dtype).toBe(type);
    expect(x?.shape).toEqual([data.length, 1]);
    expect(Array.from(x?.data() ?? [])).toEqual(values);
    free(tensors);
  }
});

test.each<[string, ArrayBufferView, RegExp]>([
  ['F64', Float64Array.of(1, 1e39), /expected numbers that f32 can hold, got 1e\+39, element 1$/],
  ['I64', BigInt64Array.of(2n ** 31n), /expected whole numbers of 32 bits, got 2147483648, element 0$/],
  ['I64', BigInt64Array.of(2n ** 60n + 1n), /got 1152921504606846977, element 0$/],
  ['U32', Uint32Array.of(0, 2 ** 31), /got 2147483648, element 1$/],
  ['U64', BigUint64Array.of(2n ** 64n - 1n), /got 18446744073709551615, element 0$/],
])('%s with a number that does not fit is refused by name', async (dtype, data, message) => {
  const before = memory();
  const good = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const bad = { dtype, shape: [data.byteLength / (dtype === 'U32' ? 4 : 8)], data_offsets: [4, 4 + data.byteLength] };
  const bytes = container(JSON.stringify({ good, bad }), Uint8Array.of(0, 0, 0, 0, ...unsigned(data)));
  const error = typed(FormatError, new RegExp(`^readTensors: tensor 'bad': ${message.source}`.replace("': got", "': .*got"))); // prettier-ignore
  expect(() => readTensors(bytes)).toThrow(error);
  await expect(readTensors(new Response(bytes.slice()))).rejects.toThrow(error);
  expect(memory()).toEqual({ ...before, reserved: memory().reserved });
});

test('a tree of tensors is written under dotted names and read back, with its metadata', () => {
  using a = tensor([[1, 2]]);
  using b = tensor(Int32Array.of(-1));
  using none = zeros([0, 3]);
  const bytes = writeTensors({ layers: [{ weight: a }, { weight: b, none }], 'x/y.z': a }, { note: 'é "1"' });
  const tensors = readTensors(bytes);
  const sorted = Object.entries(tensors).sort(([x], [y]) => (x < y ? -1 : 1));
  expect(sorted.map(([name, { dtype, shape }]) => [name, dtype, shape])).toEqual([
    ['layers.0.weight', 'f32', [1, 2]],
    ['layers.1.none', 'f32', [0, 3]],
    ['layers.1.weight', 'i32', [1]],
    ['x/y.z', 'f32', [1, 2]],
  ]);
  expect(readMetadata(bytes)).toEqual({ note: 'é "1"' });
  expect(a.toArray()).toEqual([[1, 2]]);
  free(tensors);
});

test('a file without tensors, without metadata', () => {
  expect(readTensors(writeTensors({}))).toEqual({});
  expect(readMetadata(writeTensors([]))).toEqual({});
  expect(readMetadata(container('{}'))).toEqual({});
});

test('the weights of a model in its file', () => {
  using model = smallModel();
  const tensors = readTensors(saveModel(model));
  for (const { name, tensor: weight } of model.weights) expect(tensors[name]?.data()).toEqual(weight.data());
  free(tensors);
});

test('only the header is read for metadata, and the source is let go', async () => {
  using a = zeros([1000]);
  const bytes = writeTensors({ a }, { x: 'y' });
  let asked = 0;
  let closed = 0;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    { pull: (control) => control.enqueue(bytes.slice(asked, (asked += 100))), cancel: () => void (closed = 1) },
    { highWaterMark: 0 },
  );
  expect(await readMetadata(stream)).toEqual({ x: 'y' });
  expect(asked).toBeLessThan(300);
  expect(closed).toBe(1);
});

test('progress and abort', async () => {
  using a = zeros([1000]);
  const bytes = writeTensors({ a });
  let last = 0;
  const before = memory();
  free(await readTensors(new Blob([bytes]), { onProgress: ({ loaded }) => void (last = loaded) }));
  expect(last).toBe(bytes.length);
  const reason = new Error('enough');
  const abort = new AbortController();
  const halves = async function* () {
    yield bytes.slice(0, 2000);
    await Promise.resolve();
    yield bytes.slice(2000);
  };
  const onProgress = ({ loaded }: { loaded: number }): void => {
    if (loaded > 2000) abort.abort(reason);
  };
  await expect(readTensors(halves(), { signal: abort.signal, onProgress })).rejects.toBe(reason);
  expect(() => readTensors(bytes, { signal: AbortSignal.abort(reason) })).toThrow(reason);
  expect(memory().used).toBe(before.used);
});

describe('piece by piece, what is damaged is refused with the same error as at once', () => {
  const bytes = fileOf('F32', Float32Array.of(1, 2), [2]);
  const damaged: [string, Uint8Array][] = [
    ['nothing', new Uint8Array()],
    ['seven bytes', bytes.slice(0, 7)],
    ['a cut header', bytes.slice(0, 20)],
    ['a long header', container('{}', undefined, 2n ** 40n)],
    ['a huge tensor', container('{"x":{"dtype":"F32","shape":[1e12],"data_offsets":[0,4e12]}}')],
    ['cut elements', bytes.slice(0, -1)],
    ['no JSON', container('{"x"')],
    ['an odd dtype', fileOf('C64', Float32Array.of(1, 2), [1])],
  ];
  test.each(damaged)('%s', async (_, file) => {
    let message = '';
    try {
      readTensors(file);
    } catch (error) {
      message = String(error).replace(/^FormatError: /, '');
    }
    await expect(readTensors(new Blob([file.slice()]))).rejects.toThrow(new FormatError(message));
    const unsized = readTensors(new Response(new Blob([file.slice()]).stream()));
    await expect(unsized).rejects.toThrow(typed(FormatError, /^readTensors: expected |^readTensors: tensor 'x': exp/));
  });
  test('bytes left over', async () => {
    const more = new Uint8Array([...bytes, 0]);
    expect(() => readTensors(more)).toThrow(new FormatError('readTensors: expected 8 bytes of elements, got 9'));
    await expect(readTensors(new Response(new Blob([more]).stream()))).rejects.toThrow(
      new FormatError('readTensors: expected 8 bytes of elements, got more'),
    );
  });
});

describe('wrong use', () => {
  test('of writeTensors', () => {
    using a = zeros([1]);
    const circle: unknown[] = [];
    circle.push(circle);
    const cases: [unknown, unknown, unknown][] = [
      [a, {}, typed(TypeError, /^writeTensors: expected tensors, in objects and arrays, got an f32 tensor \[1\]$/)],
      [undefined, {}, typed(TypeError, /^writeTensors: expected tensors, in objects and arrays, got undefined$/)],
      [{ a: { b: 1 } }, {}, new TypeError("writeTensors: 'a.b': expected tensors, in objects and arrays, got 1")],
      [{ a: Float32Array.of(1) }, {}, typed(TypeError, /^writeTensors: 'a': expected tensors, .* Float32Array$/)],
      [circle, {}, new RangeError('writeTensors: expected arrays and objects that end, got one that holds itself')],
      [{ 'a.b': a, a: { b: a } }, {}, new RangeError("writeTensors: expected distinct names, got 'a.b' twice")],
      [{ __metadata__: a }, {}, new RangeError("writeTensors: expected other names, got '__metadata__'")],
      [{ ['__proto__']: a }, {}, new RangeError("writeTensors: expected other names, got '__proto__'")],
      [{ a }, 1, new TypeError('writeTensors: expected metadata to be an object of strings, got 1')],
      [{ a }, { n: 1 }, new TypeError('writeTensors: expected metadata.n to be a string, got 1')],
      [{ a }, { ['__proto__']: '' }, new RangeError("writeTensors: expected other names in metadata, got '__proto__'")],
    ];
    for (const [tree, metadata, error] of cases)
      expect(() => writeTensors(wrong(tree), wrong(metadata))).toThrow(error);
  });

  test('of the readers', () => {
    for (const read of [readTensors, readMetadata]) {
      expect(() => read(wrong<Uint8Array>(1))).toThrow(typed(TypeError, /^read.*: expected a path, a URL, .* got 1$/));
      expect(() => read(new Uint8Array(), wrong({ layers: {} }))).toThrow(
        new TypeError(`${read.name}: expected options signal, onProgress, got unknown option 'layers'`),
      );
    }
  });
});
