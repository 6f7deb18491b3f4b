// What only Node has: paths, file addresses, and a server that answers as told.
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { resolveBeside } from '../../src/io/beside.js';
import { readBytes, readStream } from '../../src/io/feed.js';
import { loadModel, saveModel, type ReadProgress } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';
import { smallModel, weightBits } from './support.js';

withRuntime();

const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-'));
afterAll(() => rmSync(folder, { recursive: true }));

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** The address of a server that answers so. */
async function served(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/model`;
}

const content = Uint8Array.from({ length: 3_000_000 }, (_, i) => (i * i) >> 5);
const file = join(folder, 'content.bin');
writeFileSync(file, content);

/** Reads, and keeps what is reported. */
async function reported(source: Parameters<typeof readBytes>[1]) {
  const reports: ReadProgress[] = [];
  const bytes = await readBytes('test', source, { onProgress: (report) => void reports.push(report) });
  return { bytes, reports };
}

test.each<[string, () => Parameters<typeof readBytes>[1]]>([
  ['a path', () => file],
  ['a file address as text', () => pathToFileURL(file).href],
  ['a URL of a file', () => pathToFileURL(file)],
])('%s is read in pieces, with its size', async (_, source) => {
  const { bytes, reports } = await reported(source());
  expect(Buffer.compare(bytes, content)).toBe(0);
  expect(reports.map(({ loaded }) => loaded)).toEqual([2 ** 20, 2 ** 21, 3_000_000]);
  expect(reports.every(({ total }) => total === 3_000_000)).toBe(true);
});

test('a stream of Node has no size', async () => {
  const { bytes, reports } = await reported(createReadStream(file));
  expect(Buffer.compare(bytes, content)).toBe(0);
  expect(reports.at(-1)).toEqual({ loaded: 3_000_000, total: undefined });
});

test('an empty file, a file of the system that says 0, a folder', async () => {
  const empty = join(folder, 'empty');
  writeFileSync(empty, '');
  expect((await readBytes('test', empty)).length).toBe(0);
  if (process.platform === 'linux') expect((await readBytes('test', '/proc/self/status')).length).toBeGreaterThan(10);
  await expect(readBytes('test', folder)).rejects.toThrow(
    typed(RangeError, /^test: expected to read '.*', got EISDIR/),
  );
});

describe('from a server', () => {
  test('a whole answer: text, URL, Response, promise; redirects are followed', async () => {
    const address = await served((request, response) => {
      if (request.url === '/model') return void response.writeHead(302, { location: '/there' }).end();
      response.writeHead(200, { 'content-length': content.length }).end(content);
    });
    for (const source of [address, new URL(address), await fetch(address), fetch(address)]) {
      const { bytes, reports } = await reported(source);
      expect(Buffer.compare(bytes, content)).toBe(0);
      expect(reports.at(-1)?.loaded).toBe(3_000_000);
      expect(reports.every(({ total }) => total === 3_000_000)).toBe(true);
    }
  });

  test('no length, and a compressed answer, whose length is another', async () => {
    const zipped = gzipSync(content);
    const address = await served((request, response) => {
      const isZipped = request.url?.endsWith('zipped');
      if (isZipped)
        response.writeHead(200, { 'content-length': zipped.length, 'content-encoding': 'gzip' }).end(zipped);
      else response.write(content, () => response.end());
    });
    for (const place of [address, `${address}?zipped`]) {
      const { bytes, reports } = await reported(place);
      expect(Buffer.compare(bytes, content)).toBe(0);
      expect(reports.at(-1)).toEqual({ loaded: 3_000_000, total: undefined });
    }
  });

  test('a status that is no success is told with the address', async () => {
    const address = await served((_, response) => void response.writeHead(404).end('no such file'));
    await expect(loadModel(address)).rejects.toThrow(
      new RangeError(`loadModel: expected to read '${address}', got HTTP status 404 Not Found`),
    );
    await expect(loadModel(fetch(address))).rejects.toThrow(typed(RangeError, /HTTP status 404/));
  });

  test('a body that is cut short', async () => {
    const address = await served((_, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000), () => response.destroy());
    });
    await expect(readBytes('test', address)).rejects.toThrow(
      typed(RangeError, /^test: expected to read 'http:.*', got /),
    );
  });

  test('nobody answers', async () => {
    const address = await served(() => undefined);
    servers.splice(0).forEach((server) => server.close());
    await expect(readBytes('test', address)).rejects.toThrow(
      typed(RangeError, /^test: expected to read 'http:.*', got fetch failed: .*ECONNREFUSED/),
    );
  });

  test('aborted before the answer, and in the middle of it', async () => {
    let closed = 0;
    const address = await served((request, response) => {
      response.on('close', () => closed++);
      if (!request.url?.endsWith('never')) response.write(content.subarray(0, 5000));
    });
    for (const place of [`${address}?never`, address]) {
      const abort = new AbortController();
      const onProgress = (): void => abort.abort(new Error('enough'));
      const reading = readBytes('test', place, { signal: abort.signal, onProgress });
      if (place.endsWith('never')) setTimeout(onProgress, 20);
      await expect(reading).rejects.toThrow(new Error('enough'));
    }
    await expect.poll(() => closed).toBe(2);
  });
});

test('a model from a server and from a file', async () => {
  using model = smallModel();
  const bytes = saveModel(model);
  const address = await served((_, response) => void response.end(bytes));
  using copy = await loadModel(address);
  using second = await loadModel(fetch(address));
  expect(weightBits(copy)).toEqual(weightBits(model));
  expect(weightBits(second)).toEqual(weightBits(model));
});

test('pieces end where their reader stops', async () => {
  const sizes: number[] = [];
  for await (const piece of readStream('test', file)) {
    sizes.push(piece.length);
    if (sizes.length === 2) break;
  }
  expect(sizes).toEqual([2 ** 20, 2 ** 20]);
});

test('files beside a path', async () => {
  expect(await resolveBeside('test', join(folder, 'model.json'), 'a/b.bin')).toBe(join(folder, 'a', 'b.bin'));
  expect(await resolveBeside('test', 'model.json', 'b.bin')).toBe('b.bin');
});
