// Threads for a page: its main thread may not wait for others, but the worker that `fit` starts for it may.
import type { Browser } from 'playwright';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.js';
import { Project } from './support/project.js';
import { importMap, pageOf, Site } from './support/site.js';

const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

let project: Project;
let browser: Browser;

beforeAll(async () => {
  project = await Project.create();
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await project.remove();
}, 30_000);

/** How many workers start while a page trains in a worker. */
async function workersDuring(headers: Readonly<Record<string, string>>): Promise<number> {
  const site = await Site.serve(project.folder, headers);
  site.pages.set('/', pageOf('/large.mjs', importMap('/node_modules/wasmgrad/dist')));
  const page = await browser.newPage();
  const session = await browser.newBrowserCDPSession();
  try {
    await page.goto(`${site.origin}/`);
    await page.waitForFunction(() => 'fit' in globalThis);
    const seen = new Set<string>();
    session.on('Target.targetCreated', ({ targetInfo }) => {
      if (targetInfo.type === 'worker') seen.add(targetInfo.targetId);
    });
    await session.send('Target.setDiscoverTargets', { discover: true, filter: [{}] });
    await page.evaluate(async () => (globalThis as { fit?: (worker: boolean) => Promise<unknown> }).fit?.(true));
    return seen.size;
  } finally {
    await session.detach();
    await page.close();
    await site.close();
  }
}

test('the training worker of an isolated page has threads of its own, that of another page works alone', async () => {
  expect(await workersDuring(ISOLATION)).toBe(Math.min(availableParallelism(), 8));
  expect(await workersDuring({})).toBe(1);
});
