// What a visitor takes from a training: the model, a link to the same bits, the program, and what the network gets wrong.
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { codeOf as programIn } from '../../site/playground/share.js';
import { button, failuresOf, status, withDemo } from './support.js';

const demo = withDemo();
const { open } = demo;

/** Runs a program in Node, within the package, and returns what it prints. */
async function printedBy(program: string): Promise<string> {
  const folder = fileURLToPath(new URL(`../../build/test-demo-${process.pid}`, import.meta.url));
  mkdirSync(folder, { recursive: true });
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(`${folder}/program.mjs`, program);
  const { stdout } = await promisify(execFile)(process.execPath, [`${folder}/program.mjs`]);
  return stdout;
}

/** The SHA-256 of the weights that a finished training shows. */
async function weightsOf(page: Page, tab: string): Promise<string> {
  await status(page, tab, /^Done/);
  return (await page.locator(`#${tab} [data-part=bits]`).getAttribute('data-weights')) ?? '';
}

const codeOf = async (page: Page, tab: string): Promise<string> =>
  (await page.locator(`#${tab} [data-part=code]`).textContent()) ?? '';

const keep = (page: Page, tab: string, what: string) => page.locator(`#${tab} [data-keep=${what}]`);
const kept = (page: Page, tab: string) => page.locator(`#${tab} [data-part=keep-status]`);

test.each([
  ['xor', { optimizer: 'adam', epochs: '40' }],
  ['spirals', { optimizer: 'momentum', epochs: '3' }],
] as const)(
  '%s: the page, the program it shows and the receiver of its link get the same bits',
  async (problem, wish) => {
    const { page, failures } = await open('isolated', { tab: 'plane' });
    await page.locator(`#plane input[value=${problem}]`).check();
    await status(page, 'plane', /^Ready/);
    await page.locator('#full-speed').check();
    await page.locator('#plane [name=optimizer]').selectOption(wish.optimizer);
    await page.locator('#plane [name=epochs]').fill(wish.epochs);
    await page.locator('#plane [name=seed]').fill('12');
    await button(page, 'plane', 'start').click();
    const weights = await weightsOf(page, 'plane');
    expect(await page.locator('#plane .numbers').textContent()).toMatch(/samples a second/);
    expect(await printedBy(await codeOf(page, 'plane'))).toContain(`weights ${weights}`);

    await keep(page, 'plane', 'share').click();
    await kept(page, 'plane').getByText('It says which weights must come out').waitFor();
    const receiver = await demo.browser.newPage();
    onTestFinished(async () => receiver.close());
    failures.push(...failuresOf(receiver));
    await receiver.goto(page.url());
    await receiver.locator('#plane [data-part=bits]').getByText('the weights will be').waitFor();
    expect(await receiver.locator(`#plane input[value=${problem}]`).isChecked()).toBe(true);
    expect(await receiver.locator('#plane [name=seed]').inputValue()).toBe('12');
    await receiver.locator('#full-speed').check();
    await button(receiver, 'plane', 'start').click();
    expect(await weightsOf(receiver, 'plane')).toBe(weights);
    await receiver.locator('#plane [data-part=bits]').getByText('The same bits as in the link').waitFor();
    expect(failures).toEqual([]);
  },
);

test('digits: the program gets the same bits; mistakes can be looked at; a model is saved and opened', async () => {
  const { page, failures } = await open('plain');
  await page.locator('#digits [name=epochs]').fill('1');
  await button(page, 'digits', 'start').click();
  const weights = await weightsOf(page, 'digits');
  expect(await printedBy(await codeOf(page, 'digits'))).toContain(`weights ${weights}`);

  await page
    .locator('#mistakes-summary')
    .getByText(/of 2,000 test images/)
    .waitFor();
  const counts = await page.locator('#confusion button').allTextContents();
  expect(counts.reduce((sum, count) => sum + Number(count), 0)).toBe(2000);
  await page.locator('#confusion td:not(.right) button').first().click();
  await page.locator('#mistakes button').first().click();
  await page.locator('#answer').getByText('This is a').waitFor();
  expect(await page.locator('#filters').getAttribute('aria-label')).toMatch(/32 pictures of 28 by 28/);

  const [file] = await Promise.all([page.waitForEvent('download'), keep(page, 'digits', 'save').click()]);
  const buffer = readFileSync(await file.path());
  await page.reload();
  await status(page, 'digits', /^Ready/);
  const model = { name: 'digits.safetensors', mimeType: 'application/octet-stream', buffer };
  await keep(page, 'digits', 'open').setInputFiles(model);
  await status(page, 'digits', /^Opened: accuracy 8\d\.\d|^Opened: accuracy 9/);
  await page.locator('#digits [data-part=bits]').getByText(weights.slice(0, 4)).waitFor();
  await page.locator('#samples button').nth(0).click();
  await page.locator('#answer').getByText('This is a 0').waitFor();
  await page.locator('#tab-plane').click();
  await status(page, 'plane', /^Ready/);
  await keep(page, 'plane', 'open').setInputFiles(model); // not a model of the plane
  await kept(page, 'plane').getByText('This model maps [28,28,1] to [10]; here it is [2] to [1].').waitFor();
  await keep(page, 'plane', 'open').setInputFiles({ ...model, buffer: Buffer.from('no model') });
  await kept(page, 'plane')
    .getByText(/^loadModel: /)
    .waitFor();
  expect(failures).toEqual([]);
});

test('within the site, documentation and playground are beside the page; alone, it has no playground', async () => {
  const { page, failures } = await open('plain', { tab: 'plane' });
  await page.locator('#plane summary').click();
  expect(await page.locator('#plane [data-code=copy]').isVisible()).toBe(true);
  expect(await page.locator('#plane [data-code=play]').isVisible()).toBe(false);
  await page.context().route('**/index.html', async (route) => {
    const body = (await (await route.fetch()).text()).replace('<html', '<html data-in-site'); // as the site's build does
    await route.fulfill({ body, contentType: 'text/html' });
  });
  await page.context().route('**/playground.html', (route) => route.fulfill({ body: 'the playground' }));
  await page.reload();
  await status(page, 'plane', /^Ready/);
  expect(await page.getByRole('link', { name: 'Docs' }).getAttribute('href')).toBe('../docs/index.html');
  await page.locator('#plane summary').click();
  const [playground] = await Promise.all([
    page.context().waitForEvent('page'),
    page.locator('#plane [data-code=play]').click(),
  ]);
  await playground.waitForURL(/playground\.html#code=/);
  expect(await programIn(new URL(playground.url()).hash)).toBe(await codeOf(page, 'plane'));
  expect(failures).toEqual([]);
});

test('a link cut short, or with what cannot be, keeps the defaults for it', async () => {
  const { page, failures } = await open('plain', { tab: 'digits?layers=9&width=0&seed=5&threads=7&batchSize=' });
  const valueOf = async (name: string): Promise<string> => page.locator(`#digits [name=${name}]`).inputValue();
  expect(await Promise.all(['layers', 'width', 'seed', 'threads', 'batchSize'].map(valueOf))).toEqual([
    '1', '128', '5', '1', '64',
  ]); // prettier-ignore
  expect(failures).toEqual([]);
});

test('the values of a chart are read with the pointer and by keyboard; changed rates promise nothing', async () => {
  const { page, failures } = await open('plain', { tab: 'plane' });
  const loss = page.locator('#plane [data-part=loss]');
  expect(await loss.textContent()).toContain('Appears when you press Start');
  await button(page, 'plane', 'start').click();
  await page.locator('#plane .numbers').getByText('slowed down to watch').waitFor();
  await page.locator('#plane [name=learningRate]').selectOption('0.1');
  await page.locator('#full-speed').check();
  await status(page, 'plane', /^Done: epoch 500 of 500/);
  await loss.locator('.plot').focus();
  await page.keyboard.press('End');
  await loss
    .getByRole('status')
    .getByText(/^epoch 500: training 0\.0\d+$/)
    .waitFor();
  await page.keyboard.press('ArrowLeft');
  await loss.getByText(/^epoch [1-4]?\d?\d(\.\d)?: training/).waitFor();
  await loss.locator('.plot').hover({ position: { x: 5, y: 60 } });
  await loss.getByText(/^epoch \d: training/).waitFor();
  await keep(page, 'plane', 'share').click();
  expect(page.url()).toContain('learningRate=0.1');
  expect(page.url()).not.toContain('weights=');
  expect(failures).toEqual([]);
});
