// What every bundler makes of an app that uses the package works, without configuration, in Node and in a browser.
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, launch } from './support/browser.js';
import { bundleApps, bundlers, developmentServer } from './support/bundlers.js';
import { APPS, Project } from './support/project.js';
import { pageOf, Site } from './support/site.js';

let project: Project;
let site: Site;
let browser: Browser;
/** What Node answers without any bundler: everyone must say exactly that, to the last bit of the loss. */
const answers = { train: '', predict: '' };

beforeAll(async () => {
  project = await Project.create();
  site = await Site.serve(project.folder);
  [browser, answers.train, answers.predict] = await Promise.all([
    launch(),
    project.node('train.mjs'),
    project.node('predict.mjs'),
  ]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  await site.close();
  await project.remove();
}, 60_000);

test('Node runs the apps as they are', () => {
  const { loss, ...rest } = JSON.parse(answers.train) as { loss: number };
  expect(rest).toEqual({ answers: [0, 1, 1, 0], sameInWorker: true });
  expect(loss).toBeLessThan(0.05);
  expect(JSON.parse(answers.predict)).toEqual({ output: [31.5, 0] });
});

test.each(bundlers.node)('through $name, in Node', async (bundler) => {
  const files = await bundleApps(project.folder, bundler);
  for (const app of APPS) expect(await project.node(files[app])).toBe(answers[app]);
});

test.each(bundlers.browser)('through $name, in a browser', async (bundler) => {
  const files = await bundleApps(project.folder, bundler);
  for (const app of APPS) {
    const address = `/${bundler.name.replaceAll(/\W+/g, '-')}-${app}.html`;
    site.pages.set(address, pageOf(`/${relative(project.folder, files[app])}`));
    expect(await answerOf(browser, site.origin + address)).toBe(answers[app]);
  }
});

test('through Vite while developing, in a browser', async () => {
  for (const app of APPS) await writeFile(project.path(`${app}.html`), pageOf(`/${app}.mjs`));
  const server = await developmentServer(project.folder);
  try {
    for (const app of APPS) {
      expect(await answerOf(browser, `${server.origin}/${app}.html`)).toBe(answers[app]);
    }
  } finally {
    await server.close();
  }
});
