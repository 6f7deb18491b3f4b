// The package without any bundler: from another origin as a CDN serves it, under a strict content security policy,
// by require(), and with the module handed to init() in each of its forms.
import { writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, launch } from './support/browser.js';
import { anyBundler, bundleApps } from './support/bundlers.js';
import { APPS, Project, type App } from './support/project.js';
import { importMap, pageOf, Site } from './support/site.js';

const ISOLATED = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** Nothing is allowed but the site's own scripts, WebAssembly, and workers from blobs. */
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src blob:; connect-src 'self'; img-src data:";

let project: Project;
let browser: Browser;
let cdn: Site;
/** The apps in one file each: the policy forbids import maps. */
let bundled: Promise<Record<App, string>>;
const sites: Site[] = [];
const answers = { train: '', predict: '' };

/** A site of its own for the project's files. */
async function serve(headers: Readonly<Record<string, string>> = {}): Promise<Site> {
  const site = await Site.serve(project.folder, headers);
  sites.push(site);
  return site;
}

beforeAll(async () => {
  project = await Project.create();
  bundled = bundleApps(project.folder, anyBundler);
  cdn = await serve({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
  [browser, answers.train, answers.predict] = await Promise.all([
    launch(),
    project.node('train.mjs'),
    project.node('predict.mjs'),
  ]);
}, 60_000);

afterAll(async () => {
  await browser.close();
  for (const site of sites) await site.close();
  await project.remove();
}, 60_000);

describe.each([
  { kind: 'an ordinary page', headers: {} },
  { kind: 'a cross-origin isolated page', headers: ISOLATED },
])('on $kind', ({ headers }) => {
  test.each(APPS)('an app that %ss takes the package from another origin', async (app) => {
    const site = await serve(headers);
    site.pages.set('/', pageOf(`/${app}.mjs`, importMap(`${cdn.origin}/node_modules/wasmgrad/dist`)));
    expect(await answerOf(browser, `${site.origin}/`)).toBe(answers[app]);
  });

  test.each(APPS)('an app that %ss runs under a policy without unsafe-eval', async (app) => {
    const files = await bundled;
    const site = await serve({ ...headers, 'Content-Security-Policy': POLICY });
    site.pages.set('/', pageOf(`/${relative(project.folder, files[app])}`));
    expect(await answerOf(browser, `${site.origin}/`)).toBe(answers[app]);
  });
});

test('the policy does forbid eval', async () => {
  const site = await serve({ 'Content-Security-Policy': POLICY });
  await writeFile(project.path('eval.mjs'), 'globalThis.wasmgradResult = Promise.resolve().then(() => eval("1 + 1"))');
  site.pages.set('/', pageOf('/eval.mjs'));
  await expect(answerOf(browser, `${site.origin}/`)).rejects.toThrow(/unsafe-eval/);
});

const FORMS = {
  'its bytes': 'new Uint8Array(await (await fetch(url)).arrayBuffer())',
  'an ArrayBuffer': '(await fetch(url)).arrayBuffer()',
  'a compiled module': 'WebAssembly.compileStreaming(fetch(url))',
  'a Response': 'fetch(url)',
  'a URL': 'url',
};

describe.each(Object.entries(FORMS))('init takes the module as %s', (_form, expression) => {
  const body = (url: string): string => `
    import { init, add, tensor } from 'wasmgrad';
    const url = new URL('${url}');
    const main = async () => {
      const { threads } = await init({ module: await (${expression}) });
      return JSON.stringify({ threads: threads >= 1, sum: add(tensor([1, 2]), 3).toArray() });
    };
    globalThis.wasmgradResult = main().catch(String);
    globalThis.wasmgradResult.then((answer) => console.log(answer));`;
  const answer = '{"threads":true,"sum":[4,5]}';

  test('in Node', async () => {
    const script = `module-${Object.values(FORMS).indexOf(expression)}.mjs`;
    await writeFile(project.path(script), body(`${cdn.origin}/node_modules/wasmgrad/dist/wasm/strict.wasm`));
    expect(await project.node(script)).toBe(answer);
  });

  test.each([{}, ISOLATED])('on a page with headers %o', async (headers) => {
    const site = await serve(headers);
    const script = `page-${Object.values(FORMS).indexOf(expression)}-${Object.keys(headers).length}.mjs`;
    await writeFile(project.path(script), body(`${site.origin}/node_modules/wasmgrad/dist/wasm/strict.wasm`));
    site.pages.set('/', pageOf(`/${script}`, importMap('/node_modules/wasmgrad/dist')));
    expect(await answerOf(browser, `${site.origin}/`)).toBe(answer);
  });
});

test('require() gets the package on versions of Node that can require ES modules', async () => {
  await writeFile(
    project.path('required.cjs'),
    `const { init, add, tensor } = require('wasmgrad');
     const { sequential } = require('wasmgrad/models');
     init().then(() => console.log(typeof sequential, add(tensor([1, 2]), 3).toArray()));`,
  );
  const run = project.node('required.cjs');
  if ('require_module' in process.features) expect(await run).toBe('function [ 4, 5 ]');
  else await expect(run).rejects.toThrow(/ERR_REQUIRE_ESM/);
});
