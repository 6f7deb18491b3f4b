import type { Server } from 'node:http';
import { isPlain } from '../../core/checks.js';
import { refuse } from '../../core/errors.js';
import { hashOf } from '../../core/hash.js';
import { init } from '../../runtime/init.js';
import type { ExecutorSession, Search, TrialTask } from '../executor.js';
import { fingerprint } from '../fingerprint.js';
import { packError, unpackError } from '../messages.js';
import { packSearch } from '../sharedSearch.js';
import { Dispatcher } from './dispatcher.js';
import type { HttpOptions } from './options.js';
import { pageOf } from './page.js';
import { Handlers } from './server.js';
import type { PackedOutcome } from './wire.js';

/** Loaded without bundlers, since only programs in Node have them. */
async function nodeModules() {
  const http = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:http');
  const files = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:fs/promises');
  const os = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:os');
  const { createRequire } = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:module');
  const { pathToFileURL } = await import(/* webpackIgnore: true */ /* @vite-ignore */ 'node:url');
  return { http, files, os, createRequire, pathToFileURL };
}

type Node = Awaited<ReturnType<typeof nodeModules>>;

function urlOf({ pathToFileURL }: Node, module: URL | string): URL {
  if (module instanceof URL) return module;
  return module.startsWith('file:') ? new URL(module) : pathToFileURL(module);
}

/** The library that the module with the trials imports: what tabs are given. */
interface Library {
  /** Names of its entries, and their addresses below the page. */
  readonly imports: Readonly<Record<string, string>>;
  readonly file: (path: string) => Promise<Uint8Array | undefined>;
}

/** A module whose library is not found can be used by programs still, but not by tabs. */
async function libraryOf({ createRequire, pathToFileURL, files }: Node, module: URL): Promise<Library> {
  try {
    const description = pathToFileURL(createRequire(module).resolve('wasmgrad/package.json'));
    const given: unknown = JSON.parse(await files.readFile(description, 'utf8'));
    const exported = isPlain(given) && isPlain(given['exports']) ? Object.entries(given['exports']) : [];
    const imports: Record<string, string> = {};
    for (const [name, target] of exported)
      if (isPlain(target) && typeof target['default'] === 'string')
        imports[`wasmgrad${name.slice(1)}`] = target['default'];
    const dist = new URL('dist/', description);
    const file: Library['file'] = (path) => files.readFile(new URL(path, dist)).catch(() => undefined);
    return { imports, file };
  } catch {
    return { imports: {}, file: () => Promise.resolve(undefined) };
  }
}

async function textOf({ files }: Node, module: URL): Promise<string> {
  return files
    .readFile(module, 'utf8')
    .catch((error: unknown) => refuse(TypeError, 'http', 'module to be a file that can be read', String(error)));
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
  const url = urlOf(node, module);
  const source = await textOf(node, url);
  const { imports, file } = await libraryOf(node, url);
  await init();
  const lostAfter = 1000 * seconds;
  const { bytes } = packSearch(search);
  const [compute, told] = [computing(search), (worker: string): void => onLie?.(worker)];
  const dispatcher = new Dispatcher({ verify, lostAfter, attempts, compute, onLie: told });
  const handlers = new Handlers({
    ...{ token, source, lostAfter, dispatcher, file, page: pageOf(imports) },
    ...{ fingerprint: fingerprint({ trials: source }), data: { hash: hashOf('', bytes), bytes } },
  });
  const server = node.http.createServer({ keepAliveTimeout: 1000 }, handlers.handle);
  const open = await listen(server, port, host);
  const session = sessionOf(search, dispatcher, handlers, server, lostAfter);
  try {
    onLink(`http://${nameOf(node, host)}:${open}/${token}/`);
  } catch (error) {
    await session.close();
    throw error;
  }
  return session;
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
