import type { Server } from 'node:http';
import { refuse } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import { init } from '../../runtime/init.js';
import type { ExecutorSession, Search, TrialTask } from '../executor.js';
import { fingerprint } from '../fingerprint.js';
import { packError, unpackError } from '../messages.js';
import { packSearch } from '../sharedSearch.js';
import { Dispatcher } from './dispatcher.js';
import type { HttpOptions } from './http.js';
import { pageOf } from './page.js';
import { Handlers } from './server.js';
import type { PackedOutcome } from './wire.js';

const ENTRIES = ['layers', 'losses', 'optimizers', 'models', 'predict', 'data', 'selection', 'io', 'onnx', 'plot'];

/** Loaded without bundlers, since only programs in Node have them. */
async function nodeModules() {
  const http = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:http');
  const files = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
  const os = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:os');
  return { http, files, os };
}

type Node = Awaited<ReturnType<typeof nodeModules>>;

function importMap(): Readonly<Record<string, string>> {
  const rooms = ENTRIES.map((entry) => [`wasmgrad/${entry}`, `./dist/${entry}.js`] as const);
  return { wasmgrad: './dist/index.js', ...Object.fromEntries(rooms) };
}

async function textOf({ files }: Node, module: URL | string): Promise<string> {
  const file = typeof module === 'string' && module.startsWith('file:') ? new URL(module) : module;
  return files
    .readFile(file, 'utf8')
    .catch((error: unknown) => refuse(Error, 'http', 'module to be a file', String(error)));
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      const code = 'code' in error ? String(error.code) : error.message;
      reject(new Error(`http: expected to listen at port ${port} of ${host}, got ${code}`));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

/** The address by which others reach this machine. */
function nameOf({ os }: Node, host: string): string {
  if (host !== '0.0.0.0' && host !== '::') return host.includes(':') ? `[${host}]` : host;
  const all = Object.values(os.networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? 'localhost';
}

function printLink(link: string): void {
  process.stdout.write(`http: workers join by ${link}\n`);
}

function randomToken(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Computes tasks here, as outcomes. */
function computing(search: Search): (task: TrialTask) => Promise<PackedOutcome> {
  return async (task) => {
    try {
      return { result: await search.run(task, { signal: search.signal }) };
    } catch (error) {
      return { error: packError(error) };
    }
  };
}

/** Starts the server, and hands out tasks. */
export async function start(options: HttpOptions, search: Search): Promise<ExecutorSession> {
  const { module, port = 0, host = '127.0.0.1', token = randomToken(), onLink = printLink, onLie } = options;
  const { verify = 0.1, lostAfter: seconds = 90, attempts = 3 } = options;
  const node = await nodeModules();
  const source = await textOf(node, module);
  await init();
  const lostAfter = 1000 * seconds;
  const { bytes } = packSearch(search);
  const [compute, told] = [computing(search), (worker: string): void => onLie?.(worker)];
  const dispatcher = new Dispatcher({ verify, lostAfter, attempts, compute, onLie: told });
  const here = import.meta.url; // of the chunk that the build makes of this folder
  const handlers = new Handlers({
    ...{
      token,
      source,
      lostAfter,
      dispatcher,
      fingerprint: fingerprint({ trials: source }),
      page: pageOf(importMap()),
    },
    data: { hash: hashOf('', bytes), bytes },
    file: (path) => node.files.readFile(new URL(`../${path}`, here)).catch(() => undefined),
  });
  const server = node.http.createServer({ keepAliveTimeout: 1000 }, handlers.handle);
  const open = await listen(server, port, host);
  onLink(`http://${nameOf(node, host)}:${open}/${token}/`);
  return sessionOf(search, dispatcher, handlers, server, lostAfter);
}

function sessionOf(
  { signal }: Search,
  dispatcher: Dispatcher,
  handlers: Handlers,
  server: Server,
  lostAfter: number,
): ExecutorSession {
  const timer = setInterval(() => dispatcher.sweep(), lostAfter / 4);
  const abort = (): void => dispatcher.abort(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  return {
    concurrency: () => 8 + dispatcher.helpers * (dispatcher.group + 2),
    run: async (task, { onReport } = {}) => {
      signal?.throwIfAborted();
      const outcome = await dispatcher.add(task, onReport);
      if ('error' in outcome) throw unpackError(outcome.error);
      return outcome.result;
    },
    close: async () => {
      signal?.removeEventListener('abort', abort);
      if (!signal?.aborted) await dispatcher.settled();
      clearInterval(timer);
      handlers.end();
      dispatcher.abort(new Error('http: the search is over'));
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 1000))]);
      server.closeAllConnections();
      const { forged } = dispatcher;
      if (forged && !signal?.aborted)
        refuse(
          Error,
          'http',
          'the results of all workers to be right',
          `a forged one of trial ${forged.trial}, found late`,
        );
    },
  };
}
