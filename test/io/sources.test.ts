// Sources of bytes that Node and browsers share.
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/core/errors.js';
import { resolveBeside } from '../../src/io/beside.js';
import { openSource, readBytes } from '../../src/io/feed.js';
import { loadModel, resume, saveModel, type ReadProgress, type Source } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';
import { smallModel, weightBits } from './support.js';

withRuntime();

const content = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) >> 5);

/** Bytes in pieces of so many, and empty ones. */
function stream(
  size = 700,
  end: () => void = () => undefined,
  bytes = content,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) {
        controller.close();
        return;
      }
      controller.enqueue(bytes.slice(at, at));
      controller.enqueue(bytes.slice(at, (at += size)));
    },
    cancel: end,
  });
}

async function* pieces(bytes = content): AsyncGenerator<ArrayBuffer> {
  yield await Promise.resolve(bytes.slice(0, 400).buffer);
  yield bytes.slice(400).buffer;
}

type Made = (bytes?: Uint8Array<ArrayBuffer>) => Source;

const response = (bytes: Uint8Array<ArrayBuffer>, length: string): Response =>
  new Response(bytes, { headers: { 'content-length': length } });
const address = (bytes: Uint8Array<ArrayBuffer>): string =>
  `data:application/octet-stream;base64,${btoa(String.fromCharCode(...bytes))}`;

/** All kinds; whether they say their size. */
const sources: [string, Made, boolean | undefined][] = [
  ['bytes', (bytes = content) => bytes, true],
  ['a buffer', (bytes = content) => bytes.buffer, true],
  ['a view', (bytes = content) => new DataView(bytes.buffer), true],
  ['a promise of bytes', (bytes = content) => Promise.resolve(bytes), true],
  ['a Blob', (bytes = content) => new Blob([bytes]), true],
  ['a File', (bytes = content) => new File([bytes], 'name'), true],
  ['what has a file', (bytes = content) => ({ getFile: () => Promise.resolve(new Blob([bytes])) }), true],
  ['a data address', (bytes = content) => address(bytes), undefined], // Engines differ in what they say.
  ['a URL', (bytes = content) => new URL(address(bytes)), undefined],
  ['a blob address', (bytes = content) => URL.createObjectURL(new Blob([bytes])), undefined],
  ['a Response', (bytes = content) => new Response(bytes), false],
  ['a Response with its length', (bytes = content) => response(bytes, String(bytes.length)), true],
  ['a Response with less length', (bytes = content) => response(bytes, '1'), false],
  ['a Response with no number as length', (bytes = content) => response(bytes, 'x'), false],
  ['a promise of a Response', (bytes) => Promise.resolve(new Response(stream(700, undefined, bytes))), false],
  ['a stream', (bytes) => stream(700, undefined, bytes), false],
  ['a stream of one piece', (bytes) => stream(5000, undefined, bytes), false],
  ['an iterable', (bytes) => pieces(bytes), false],
];

test.each(sources)('%s is read whole, with progress', async (_, source, isSized) => {
  const reports: ReadProgress[] = [];
  const bytes = await readBytes('test', source(), { onProgress: (report) => void reports.push(report) });
  expect(bytes).toEqual(content);
  expect(reports.at(-1)?.loaded).toBe(5000);
  const loaded = reports.map((report) => report.loaded);
  expect(loaded).toEqual([...new Set(loaded)].sort((a, b) => a - b));
  if (isSized !== undefined) expect(reports.at(-1)?.total).toBe(isSized ? 5000 : undefined);
});

test.each(sources)('a model from %s', async (_, source) => {
  using model = smallModel();
  using copy = await loadModel(source(saveModel(model)));
  expect(weightBits(copy)).toEqual(weightBits(model));
});

test.each<[string, () => Source]>([
  ['a stream', () => stream()],
  ['an iterable', () => pieces()],
  ['a Blob', () => new Blob([content])],
  ['bytes', () => content],
])('%s taken in parts of any size', async (_, source) => {
  for (const size of [1, 7, 700, 701, 4999, 5000, 5001]) {
    const feed = await openSource('test', source());
    const taken: number[] = [];
    for (let part; (part = await feed.take(size)).length > 0;) {
      expect(part.length).toBe(Math.min(size, content.length - taken.length));
      expect(feed.taken).toBe(taken.length + part.length);
      taken.push(...part);
    }
    expect(taken).toEqual(Array.from(content));
    expect(await feed.take(size)).toEqual(new Uint8Array());
  }
});

test('less than a length says is an error, unless the length may be that of a compressed body', async () => {
  const short = (headers: Record<string, string>) => new Response(content, { headers });
  await expect(readBytes('test', short({ 'content-length': '5001' }))).rejects.toThrow(
    typed(RangeError, /^test: expected 5001 bytes from .*, got 5000$/),
  );
  await expect(readBytes('test', short({ 'content-length': String(2 ** 60) }))).rejects.toThrow(
    typed(RangeError, /^test: expected 1152921504606847000 bytes from .*, got 5000$/),
  );
  const zipped = short({ 'content-length': '5001', 'content-encoding': 'br' });
  expect(await readBytes('test', zipped)).toEqual(content);
});

describe('what fails', () => {
  test('a Response of another status, one that has been read, one that is being read', async () => {
    await expect(readBytes('test', new Response('', { status: 500 }))).rejects.toThrow(
      typed(RangeError, /^test: expected to read .*, got HTTP status 500$/),
    );
    const read = new Response(content);
    await read.arrayBuffer();
    const locked = new Response(content);
    locked.body?.getReader();
    for (const response of [read, locked])
      await expect(readBytes('test', response)).rejects.toThrow(
        new TypeError('test: expected a Response that nobody has read, got one that has been read'),
      );
  });

  test('a stream that fails, a stream of text, a promise that is rejected', async () => {
    const failing = new ReadableStream<Uint8Array>({ start: (control) => control.error(new Error('no more')) });
    await expect(readBytes('test', failing)).rejects.toThrow(typed(RangeError, /^test: expected to read .* no more$/));
    const text = new ReadableStream({ start: (control) => control.enqueue('text') });
    await expect(readBytes('test', wrong(text))).rejects.toThrow(
      new TypeError("test: expected a Uint8Array or an ArrayBuffer, got 'text'"),
    );
    await expect(readBytes('test', Promise.reject(new Error('offline')))).rejects.toThrow(
      new RangeError('test: expected to read what a promise gives, got offline'),
    );
    await expect(readBytes('test', Promise.resolve(wrong(5)))).rejects.toThrow(
      typed(TypeError, /^test: expected a path, .* or bytes, got 5$/),
    );
  });

  test('an onProgress that throws: its error, and the stream is let go', async () => {
    let closed = false;
    const onProgress = (): never => {
      throw new SyntaxError('mine');
    };
    const source = stream(700, () => (closed = true));
    await expect(readBytes('test', source, { onProgress })).rejects.toThrow(new SyntaxError('mine'));
    expect(closed).toBe(true);
  });

  test('damaged contents, of any source', async () => {
    await expect(loadModel(new Response('no model'))).rejects.toThrow(
      typed(FormatError, /^loadModel: expected a safe/),
    );
    await expect(loadModel(stream())).rejects.toThrow(typed(FormatError, /^loadModel: expected a safetensors file/));
  });

  test.each([[new Map()], [5], [''], ['indexeddb://'], [null], [undefined], [{}], [[]], [{ getFile: 1 }]])(
    'no source: %o',
    async (source) => {
      const message = /^(loadModel|resume): expected a path, a URL, 'indexeddb:\/\/name', a Response, a File, .* got /;
      expect(() => loadModel(wrong<Uint8Array>(source))).toThrow(typed(TypeError, message));
      await expect(resume(wrong(source))).rejects.toThrow(typed(TypeError, message));
    },
  );

  test('options that are none, before anything is read', () => {
    const load = (options: unknown) => () => loadModel(new Blob(), wrong(options));
    expect(load({ signal: 1 })).toThrow(new TypeError('loadModel: expected signal to be an AbortSignal, got 1'));
    expect(load({ onProgress: 1 })).toThrow(new TypeError('loadModel: expected onProgress to be a function, got 1'));
    expect(load({ onprogress: () => 1 })).toThrow(
      new TypeError("loadModel: expected options layers, signal, onProgress, got unknown option 'onprogress'"),
    );
  });
});

describe('aborted', () => {
  const reason = new RangeError('enough');

  test.each(sources)('before: %s', async (_, source) => {
    await expect(readBytes('test', source(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test('before, with bytes', () => {
    using model = smallModel();
    expect(() => loadModel(saveModel(model), { signal: AbortSignal.abort(reason) })).toThrow(reason);
  });

  test.each(sources)('at the first piece: %s', async (_, source) => {
    const abort = new AbortController();
    const onProgress = (): void => abort.abort(reason);
    await expect(readBytes('test', source(), { signal: abort.signal, onProgress })).rejects.toBe(reason);
  });

  test('while nothing comes: a stream, a promise, a file that is never there; the stream is let go', async () => {
    let closed = 0;
    const hanging = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: () => new Promise(() => undefined),
      cancel: () => {
        closed++;
      },
    });
    const never = new Promise<never>(() => undefined);
    for (const source of [hanging, never, { getFile: () => never }] satisfies Source[]) {
      const abort = new AbortController();
      setTimeout(() => abort.abort(reason), 5);
      await expect(readBytes('test', source, { signal: abort.signal })).rejects.toBe(reason);
    }
    expect(closed).toBe(1);
  });
});

describe('files beside a source', () => {
  const one = new File([content], 'a.bin');

  test('beside an address; what was asked for in it stays', async () => {
    const resolved = async (source: Source, name: string): Promise<unknown> => {
      const found = await resolveBeside('test', source, name);
      return found instanceof URL ? found.href : found;
    };
    expect(await resolved('https://example.org/x/model.json?key=1', 'b c/a.bin')).toBe(
      'https://example.org/x/b%20c/a.bin?key=1',
    );
    expect(await resolved(new URL('https://example.org/model.json'), 'a.bin')).toBe('https://example.org/a.bin');
    expect(await resolved('indexeddb://models/model.json', 'a.bin')).toBe('indexeddb://models/a.bin');
    expect(await resolved('indexeddb://model.json', 'a.bin')).toBe('indexeddb://a.bin');
  });

  test('given: a list, by name, a function', async () => {
    expect(await resolveBeside('test', content, 'x/a.bin', [one])).toBe(one);
    expect(await resolveBeside('test', content, 'a.bin', { 'a.bin': content })).toBe(content);
    expect(await resolveBeside('test', content, 'a.bin', (name) => `/${name}`)).toBe('/a.bin');
  });

  test('none', async () => {
    for (const source of [content, new Blob(), new Response(''), 'data:,x', stream()])
      await expect(resolveBeside('test', source, 'a.bin', { toString: 'x' })).rejects.toThrow(
        typed(TypeError, /^test: expected the file 'a.bin' in option files, or a source in a folder, got /),
      );
    await expect(resolveBeside('test', content, 'toString', {})).rejects.toThrow(typed(TypeError, /'toString'/));
  });

  test.each(['', '/etc/passwd', '../a', 'a/../../b', 'https://example.org/a', 'C:\\a', '\\\\host\\a', 'a\0'])(
    'a name that leads away: %s',
    async (name) => {
      await expect(resolveBeside('test', 'https://example.org/a', name, [one])).rejects.toThrow(
        typed(FormatError, /^test: expected names of files in the same folder, got '/),
      );
    },
  );
});
