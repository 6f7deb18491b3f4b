import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { launch } from '../packages/support/browser.js';
import { Site } from '../packages/support/site.js';

const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Tabs that say when they are ready. */
const WITH_STATUS: ReadonlySet<string> = new Set(['digits', 'plane', 'writer', 'pictures']);

export type Server = 'plain' | 'isolated';

export interface Demo {
  readonly browser: Browser;
  readonly origin: (server: Server) => string;
  /** Opens the page. It is an error of the test when it writes to the console or asks for what is not there. */
  readonly open: (
    server: Server,
    options?: BrowserContextOptions & { readonly tab?: string },
  ) => Promise<{ page: Page; failures: string[] }>;
}

/** The built page on a plain file server and on one whose headers allow threads, and a browser to open it in. */
export function withDemo(args: readonly string[] = []): Demo {
  const sites: Partial<Record<Server, Site>> = {};
  let browser: Browser | undefined;
  beforeAll(async () => {
    await promisify(execFile)(process.execPath, ['demo/build.mjs'], { cwd: root });
    sites.plain = await Site.serve(`${root}demo/dist`);
    sites.isolated = await Site.serve(`${root}demo/dist`, ISOLATED);
    browser = await launch(args);
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    await sites.plain?.close();
    await sites.isolated?.close();
  }, 30_000);
  const demo: Demo = {
    get browser() {
      if (!browser) throw new Error('the browser has not been started');
      return browser;
    },
    origin: (server) => sites[server]?.origin ?? '',
    open: async (server, { tab = 'digits', ...options } = {}) => {
      const page = await demo.browser.newPage(options);
      onTestFinished(async () => page.close());
      const failures = failuresOf(page);
      await page.goto(`${demo.origin(server)}/index.html#${tab}`);
      const [name = ''] = tab.split('?');
      if (WITH_STATUS.has(name)) await status(page, name, /^Ready/);
      return { page, failures };
    },
  };
  return demo;
}

/** What goes wrong on a page, as it happens. */
export function failuresOf(page: Page): string[] {
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && failures.push(message.text()));
  page.on('response', (response) => response.status() < 400 || failures.push(`${response.status()} ${response.url()}`));
  return failures;
}

/** Waits until the status of a tab matches, and returns it. */
export async function status(page: Page, tab: string, pattern: RegExp): Promise<string> {
  const line = page.locator(`#${tab} .toolbar .status`).filter({ hasText: pattern });
  await line.waitFor();
  return (await line.textContent()) ?? '';
}

export const button = (page: Page, tab: string, action: string): Locator =>
  page.locator(`#${tab} [data-action=${action}]`);
