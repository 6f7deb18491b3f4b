// The page of `train --html` in a real browser, opened as a file and without a network.
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { failuresOf } from '../demo/support.js';
import { launch } from '../packages/support/browser.js';
import { flowers, withFolder } from './support.js';

const folder = withFolder();
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
}, 60_000);
afterAll(() => browser.close(), 30_000);

async function open(name: string): Promise<{ page: Page; failures: string[]; requests: string[] }> {
  const context = await browser.newContext({ offline: true });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const failures = failuresOf(page);
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(folder.path(name)).href);
  await page.waitForSelector('#answer');
  return { page, failures, requests };
}

/** The answer and the numbers beside the classes. */
async function answers(page: Page): Promise<{ answer: string | null; shares: Record<string, string> }> {
  const names = await page.locator('#result .name').allTextContents();
  const values = await page
    .locator('#result data')
    .evaluateAll((all) => all.map((data) => data.getAttribute('value') ?? ''));
  return {
    answer: await page.textContent('#answer'),
    shares: Object.fromEntries(names.map((name, i) => [name, values[i] ?? ''])),
  };
}

it('answers as predict does, from one file', async () => {
  await folder.write('flowers.csv', flowers());
  await folder.run(['train', 'flowers.csv', '-l', 'kind', '--epochs', '8', '--folds', '2', '--html', 'page.html']);
  const { page, failures, requests } = await open('page.html');
  expect(await page.title()).toBe('Predict kind');
  expect(await page.locator('figure svg').count()).toBeGreaterThan(0);
  for (const row of [
    { petals: '31.5', height: '41', colour: 'pink', seen: '2024-02-03' },
    { petals: '7', height: '', colour: '', seen: '2024-07-13' },
    { petals: '18', height: '33', colour: 'white', seen: '' },
  ]) {
    await page.getByLabel('petals', { exact: true }).fill(row.petals);
    await page.getByLabel('height', { exact: true }).fill(row.height);
    await page.getByLabel('colour', { exact: true }).selectOption(row.colour);
    await page.getByLabel('seen', { exact: true }).fill(row.seen);
    const input = `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n`;
    const { stdout } = await folder.run(['predict', 'flowers.safetensors'], { input });
    const [answer, daisy, rose] = stdout.trim().split('\n')[1]?.split(',') ?? [];
    expect(await answers(page)).toEqual({ answer, shares: { daisy, rose } });
  }
  await page.getByLabel('petals', { exact: true }).fill('many');
  expect(await page.textContent('#result')).toBe("expected a number in column 'petals', got 'many'");
  expect(failures).toEqual([]);
  expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(folder.path('page.html')).href]);
});

it('answers with a number in its unit', async () => {
  const lines = Array.from({ length: 60 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'},${100 + 3 * i}`);
  await folder.write('n.csv', `x,k,price\n${lines.join('\n')}\n`);
  await folder.run(['train', 'n.csv', '-l', 'price', '--epochs', '5', '--folds', '0', '--html', 'n.html']);
  const { page, failures } = await open('n.html');
  await page.getByLabel('x', { exact: true }).fill('42');
  const { stdout } = await folder.run(['predict', 'n.safetensors'], { input: 'x,k\n42,b\n' });
  expect(Number(await page.textContent('#answer'))).toBe(Number(Number(stdout.split('\n')[1]).toPrecision(6)));
  expect(failures).toEqual([]);
});

it('is not changed by names and words that look like HTML or scripts', async () => {
  const name = '</script><script>alert(1)</script>';
  const word = '"><img src=x onerror=alert(2)><!--<script>';
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const lines = Array.from({ length: 40 }, (_, i) =>
    [i, quoted(i % 2 ? word : "it's & <b>"), quoted(i % 2 ? `${word}!` : '${1}`')].join(),
  );
  await folder.write('bad.csv', `n,${quoted(name)},${quoted(`<title>${name}`)}\n${lines.join('\n')}\n`);
  const trained = await folder.run([
    'train',
    'bad.csv',
    '-l',
    `<title>${name}`,
    '--epochs',
    '8',
    '--folds',
    '2',
    '--html',
    'bad.html',
  ]);
  expect(trained.code).toBe(0);
  const { page, failures } = await open('bad.html');
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  expect(await page.textContent('h1')).toBe(`Predict <title>${name}`);
  expect(await page.locator('label').allTextContents()).toEqual(['n', name]);
  await page.locator('select').selectOption(word);
  expect((await answers(page)).answer).toBe(`${word}!`);
  expect(await page.locator('script').count()).toBe(2);
  expect(await page.locator('img').count()).toBe(0);
  expect({ failures, dialogs }).toEqual({ failures: [], dialogs: [] });
});

it('fits a phone, and every field has a name', async () => {
  const { page } = await open('page.html');
  await page.setViewportSize({ width: 360, height: 700 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const fields = page.locator('input, select');
  for (let i = 0; i < (await fields.count()); i++) expect(await fields.nth(i).evaluate((field) => (field as HTMLInputElement).labels?.length)).toBe(1); // prettier-ignore
});
