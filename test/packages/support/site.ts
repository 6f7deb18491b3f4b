// A static file server, as plain as they come: files as they are, and whatever headers the test wants.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.cjs': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
};

export class Site {
  readonly #server: Server;
  /** Pages that are no files, by path. */
  readonly pages = new Map<string, string>();

  private constructor(folder: string, headers: Readonly<Record<string, string>>) {
    this.#server = createServer((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://site');
      const page = this.pages.get(pathname);
      const content = page === undefined ? readFile(join(folder, normalize(pathname))) : Promise.resolve(page);
      const type = page === undefined ? TYPES[extname(pathname)] : 'text/html';
      content.then(
        (body) => response.writeHead(200, { ...headers, 'Content-Type': type ?? 'text/plain' }).end(body),
        () => response.writeHead(404, headers).end(),
      );
    });
  }

  static async serve(folder: string, headers: Readonly<Record<string, string>> = {}): Promise<Site> {
    const site = new Site(folder, headers);
    await new Promise<void>((resolve) => site.#server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A page that loads one script. */
export function pageOf(script: string, head = ''): string {
  return `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${head}<script type="module" src="${script}"></script>`;
}

/** An import map that takes every entry point of the package from a folder or another site. */
export function importMap(dist: string): string {
  const entries = ['layers', 'losses', 'optimizers', 'models', 'predict', 'data', 'selection', 'io', 'onnx', 'plot'];
  const rooms = Object.fromEntries(entries.map((entry) => [`wasmgrad/${entry}`, `${dist}/${entry}.js`]));
  return `<script type="importmap">${JSON.stringify({ imports: { wasmgrad: `${dist}/index.js`, ...rooms } })}</script>`;
}
