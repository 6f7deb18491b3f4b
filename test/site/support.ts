import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { failuresOf } from '../demo/support.js';
import { launch } from '../packages/support/browser.js';
import { Site } from '../packages/support/site.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface BuiltSite {
  /** The HTML files of the site. */
  readonly pages: () => string[];
  /** The path of one of its files on disk. */
  readonly file: (path: string) => string;
  /** Opens a page of the site, which lies in a folder of its server; failures are what goes wrong on it. */
  readonly open: (
    path: string,
    options?: BrowserContextOptions,
  ) => Promise<{ readonly page: Page; readonly failures: string[] }>;
}

/** Builds the site into a folder of its own for this file's tests, and starts a server and a browser. */
export function withSite(name: string): BuiltSite {
  const parent = join(root, 'build', `site-${name}`);
  const folder = join(parent, 'some/where');
  let browser: Browser | undefined;
  let server: Site | undefined;
  beforeAll(async () => {
    const args = ['--import', 'tsx', 'site/build.ts', '--out', folder];
    await promisify(execFile)(process.execPath, args, { cwd: root });
    server = await Site.serve(parent);
    browser = await launch();
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(parent, { recursive: true, force: true });
  }, 30_000);
  return {
    pages: () => readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.html')),
    file: (path) => join(folder, path),
    open: async (path, options = {}) => {
      if (!browser || !server) throw new Error('the browser has not been started');
      const page = await browser.newPage(options);
      onTestFinished(async () => page.close());
      const failures = failuresOf(page);
      await page.goto(`${server.origin}/some/where/${path}`);
      return { page, failures };
    },
  };
}
