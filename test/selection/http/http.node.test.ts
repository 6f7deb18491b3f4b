// Searches with workers that join by a link: programs, a browser's tab, one that lies and one that vanishes.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { gridSearch, http, hyperband, integer, joinSearch, type HttpOptions, type Trial } from 'wasmgrad/selection';
import { chromium as chromiumOptions } from '../../engines/chromium.mjs';
import { wrong } from '../../support/wrong.js';
import trials from './trials.mjs';

const LONG = 120_000;
const module = new URL('trials.mjs', import.meta.url);
const x = Array.from({ length: 40 }, (_, i) => [((i * 37) % 41) / 20 - 1, ((i * 53) % 47) / 23 - 1]);
const y = x.map(([a = 0, b = 0]) => [Number(b > a * a - 0.3)]);
const functions = { build: trials.build, fit: trials.fit, data: dataset(x, y), seed: 3 };
const running = new Set<ChildProcess>();

interface Program {
  /** The first line that begins so. */
  readonly said: (start: string) => Promise<string>;
  readonly ended: Promise<string>;
  readonly kill: () => void;
}

/** Starts a program. `ended` resolves to what it has printed. */
function started(file: string, ...args: readonly string[]): Program {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  let text = '';
  let isOver = false;
  child.stdout.on('data', (more) => (text += String(more)));
  const ended = new Promise<string>((resolve) =>
    child.once('close', () => {
      running.delete(child);
      isOver = true;
      resolve(text);
    }),
  );
  const said = async (start: string): Promise<string> => {
    const line = (): string | undefined =>
      text
        .split('\n')
        .slice(0, -1)
        .find((each) => each.startsWith(start));
    while (line() === undefined && !isOver) await new Promise((resolve) => setTimeout(resolve, 20));
    return line() ?? `${file} ended without '${start}': ${text}`;
  };
  return { said, ended, kill: () => child.kill('SIGKILL') };
}

const program = (link: string, kind = 'honest'): Program => started('worker.mjs', link, kind);

/** Options of `http`, and a promise of the link. */
function linked(options: Partial<HttpOptions> = {}): { readonly options: HttpOptions; readonly link: Promise<string> } {
  let onLink = (_: string): void => undefined;
  const link = new Promise<string>((resolve) => (onLink = resolve));
  return { options: { module, ...options, onLink }, link };
}

function comparable(all: readonly Trial<unknown>[]): unknown {
  const text = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : 'none');
  return all.map(({ error, ...rest }) => ({ ...rest, error: text(error) }));
}

beforeAll(() => init());
afterEach(() => running.forEach((child) => child.kill('SIGKILL')));

describe('http', () => {
  it(
    'gives the bits of one process with a tab, a program, one that vanishes and one that lies',
    { timeout: LONG },
    async () => {
      const grid = { units: [2, 3, 4, -1], learningRate: [0.01, 0.1], wait: [100] };
      const here = await gridSearch({ ...functions, grid, folds: 4 });
      const options = { lostAfter: 1, verify: 0.25 };
      const chief = started('chief.mjs', JSON.stringify({ x, y, grid, folds: 4, options }));
      const link = (await chief.said('link ')).slice('link '.length);
      const status = async (path: string): Promise<number> => (await fetch(new URL(path, link))).status;
      expect(await status('dist/index.js')).toBe(200);
      expect(await status('dist/..%2f..%2fpackage.json')).toBe(404);
      expect(await status('dist/nowhere.js')).toBe(404);
      const liar = program(link, 'liar');
      const vanishing = program(link);
      expect(await liar.ended).toMatch(/joinSearch: expected results that are right: this worker is excluded\n$/);
      await vanishing.said('done 1');
      vanishing.kill();
      const browser = await chromium.launch(chromiumOptions());
      try {
        const page = await browser.newPage();
        const complaints: string[] = [];
        page.on('console', (message) => complaints.push(message.text()));
        page.on('pageerror', (error) => complaints.push(error.message));
        await page.goto(link);
        await page.getByText(/(?:[2-9]|[1-9]\d) trainings done/).waitFor();
        const honest = program(link);
        const found = await chief.said('trials ');
        const text = here.trials.map(({ error, ...rest }) => ({ ...rest, error: String(Object(error)) }));
        expect(JSON.parse(found.slice('trials '.length))).toEqual(JSON.parse(JSON.stringify(text)));
        expect(await honest.ended).toMatch(/over \d+\n$/);
        await page.getByText('The search is over').waitFor();
        expect(complaints).toEqual([]);
      } finally {
        await browser.close();
      }
      expect((await chief.ended).match(/^lie$/gm)).toHaveLength(1);
    },
  );

  it('goes on with snapshots and reports', { timeout: LONG }, async () => {
    const space = { units: integer(2, 6) };
    const halving = { ...functions, space, maxEpochs: 4, eta: 2, holdOut: 0.25 };
    const here = await hyperband(halving);
    const { options, link } = linked({ verify: 0 });
    let reports = 0;
    const there = hyperband({ ...halving, executor: http(options), onReport: () => reports++ });
    const one = program(await link);
    expect(comparable((await there).trials)).toEqual(comparable(here.trials));
    expect(reports).toBeGreaterThan(0);
    expect(await one.ended).toMatch(/over/);
  });

  it('believes everybody when it is told to', { timeout: LONG }, async () => {
    const search = { ...functions, grid: { units: [2, 3] }, folds: 2 };
    const { options, link } = linked({ verify: 0, onLie: () => undefined });
    const there = gridSearch({ ...search, executor: http(options) });
    program(await link, 'liar');
    const here = await gridSearch(search);
    expect(comparable((await there).trials)).not.toEqual(comparable(here.trials)); // nobody looked
  });

  it('ends what is under way when the search is aborted', { timeout: LONG }, async () => {
    const controller = new AbortController();
    const { options, link } = linked({ lostAfter: 1 });
    const grid = { units: [2], wait: [0, 60_000] };
    const search = { ...functions, grid, folds: 2, signal: controller.signal, executor: http(options) };
    const there = gridSearch(search);
    const one = program(await link);
    await one.said('done 2');
    controller.abort(new Error('enough'));
    await expect(there).rejects.toThrow(new Error('enough'));
    one.kill();
  });

  it('refuses ports that are taken, other trials, and strangers', { timeout: LONG }, async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const search = { ...functions, grid: { units: [2] }, folds: 2 };
    await expect(gridSearch({ ...search, executor: http({ module, port }) })).rejects.toThrow(
      new Error(`http: expected to listen at port ${port} of 127.0.0.1, got EADDRINUSE`),
    );
    taken.close();
    await expect(gridSearch({ ...search, executor: http({ module: 'nowhere.js' }) })).rejects.toThrow(
      /^http: expected module to be a file that can be read, got Error: ENOENT/,
    );
    const controller = new AbortController();
    const { options, link } = linked({ token: 'a-token-to-guess' });
    const there = gridSearch({ ...search, executor: http(options), signal: controller.signal });
    const given = await link;
    expect(given).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/a-token-to-guess\/$/);
    const other = new URL('../trials.mjs', import.meta.url);
    await expect(joinSearch(given, { module: other })).rejects.toThrow(
      /^joinSearch: expected the versions of the search, got trials [0-9a-f]+, not [0-9a-f]+$/,
    );
    await expect(joinSearch(given.replace('guess', 'guest'), { module })).rejects.toThrow(/no such page/);
    const status = async (path: string, init?: RequestInit): Promise<number> =>
      (await fetch(new URL(path, given), init)).status;
    expect(await status('/')).toBe(404);
    expect(await status('task', { method: 'POST', body: 'nonsense' })).toBe(400);
    controller.abort(new Error('enough'));
    await expect(there).rejects.toThrow(new Error('enough'));
    await expect(joinSearch(given, { module })).rejects.toThrow(/^joinSearch: expected the search to answer, got /);
  });

  it('refuses impossible options', async () => {
    const refused = (options: object, message: string): void =>
      expect(() => http(wrong({ module, ...options }))).toThrow(message);
    refused({ module: 3 }, 'http: expected module to be a file: URL or a path, got 3');
    refused({ port: 65_536 }, 'http: expected port to be a whole number >= 0 and < 65536, got 65536');
    refused({ token: 'short' }, "http: expected token to have at least 8 letters and digits, got 'short'");
    refused({ verify: 2 }, 'http: expected verify to be a finite number >= 0 and <= 1, got 2');
    refused({ attempts: 0 }, 'http: expected attempts to be a whole number >= 1, got 0');
    refused({ host: 3 }, 'http: expected host to be a string, got 3');
    await expect(joinSearch(wrong(3), { module })).rejects.toThrow(
      new TypeError('joinSearch: expected a link as http prints it, got 3'),
    );
    await expect(joinSearch('http://a/b/', wrong({ module: 'trials.js' }))).rejects.toThrow(
      /^joinSearch: expected module to be an absolute URL, got/,
    );
  });
});
