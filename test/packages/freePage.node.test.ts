// What training in a worker is for: the main thread of the page stays free. (How free in other engines, which keep no such
// books: test/models/fitInWorker.browser.test.ts.)
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch } from './support/browser.js';
import { Project } from './support/project.js';
import { importMap, pageOf, Site } from './support/site.js';
import { tasksDuring } from './support/trace.js';

let project: Project;
let site: Site;
let browser: Browser;

beforeAll(async () => {
  project = await Project.create();
  site = await Site.serve(project.folder);
  site.pages.set('/', pageOf('/large.mjs', importMap('/node_modules/wasmgrad/dist')));
  browser = await launch();
}, 60_000);

afterAll(async () => {
  await browser.close();
  await site.close();
  await project.remove();
}, 30_000);

/** Trains on the page, with or without a worker. */
async function train(page: Page, worker: boolean): Promise<number[]> {
  const fit = async (): Promise<unknown> =>
    page.evaluate(
      async (elsewhere) => (globalThis as { fit?: (worker: boolean) => Promise<unknown> }).fit?.(elsewhere),
      worker,
    );
  return tasksDuring(browser, page, fit);
}

test('no task of 50 ms while batches of that length are trained on', async () => {
  const page = await browser.newPage();
  await page.goto(`${site.origin}/`);
  await page.waitForFunction(() => 'fit' in globalThis);
  const here = await train(page, false);
  const elsewhere = await train(page, true);
  expect(here[0], 'the trace shows what it should').toBeGreaterThan(50);
  expect(elsewhere.filter((milliseconds) => milliseconds > 50)).toEqual([]);
  await page.close();
});
