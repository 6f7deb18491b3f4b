// The HTML pages among the code blocks run in a browser, from this build in place of the CDN that they name.
import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { failuresOf } from '../demo/support.js';
import { launch } from '../packages/support/browser.js';
import { filesUnder } from './blocks.js';

const CDN = /^https:\/\/cdn\.jsdelivr\.net\/npm\/wasmgrad@[\d.]+\//;
const pages = filesUnder('docs', '.md').flatMap((file) =>
  [...readFileSync(file, 'utf8').matchAll(/^```html\n([^]*?)^```/gm)].map(([, html = '']) => [file, html] as const),
);

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(async () => browser.close());

test('there are some', () => expect(pages.map(([file]) => file)).toContain('docs/start.md'));

test.each(pages)('%s', async (_, html) => {
  const page = await browser.newPage();
  const failures = failuresOf(page);
  await page.route('**/*', async (route) => {
    const address = route.request().url();
    if (address === 'http://page/') await route.fulfill({ contentType: 'text/html', body: html });
    else if (CDN.test(address)) {
      const body = await readFile(address.replace(CDN, ''), 'utf8');
      await route.fulfill({ contentType: 'text/javascript', headers: { 'Access-Control-Allow-Origin': '*' }, body });
    } else await route.abort();
  });
  await page.goto('http://page/');
  const said = /; \/\/ (.+)$/m.exec(html)?.[1] ?? '';
  expect(said).not.toBe('');
  await page.getByText(said, { exact: true }).waitFor();
  expect(failures).toEqual([]);
  await page.close();
});
