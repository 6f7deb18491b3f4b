// The built demo page in a real browser, on a plain file server and on one whose headers allow threads.
import type { Page } from 'playwright';
import { describe, expect, onTestFinished, test } from 'vitest';
import { tasksDuring } from '../packages/support/trace.js';
import { button, status, withDemo } from './support.js';

const demo = withDemo();
const { open } = demo;

async function accuracyAbove(page: Page, tab: string, least: number): Promise<void> {
  await page.waitForFunction(
    ([id, value]) => Number(document.querySelector<HTMLElement>(`#${id}`)?.dataset['accuracy']) > value,
    [tab, least] as const,
  );
}

/** A seven, in one stroke of the mouse. */
async function drawSeven(page: Page): Promise<void> {
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const box = await page.locator('#pad').boundingBox();
  if (!box) throw new Error('expected the pad to be visible');
  const to = async (x: number, y: number): Promise<void> =>
    page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 6 });
  await to(0.25, 0.2);
  await page.mouse.down();
  await to(0.75, 0.2);
  await to(0.4, 0.85);
  await page.mouse.up();
}

describe.each(['plain', 'isolated'] as const)('on a server that is %s', (server) => {
  test('a network learns digits in the page and reads what is drawn; pause, stop and reset hold', async () => {
    const { page, failures } = await open(server);
    const isolated = server === 'isolated';
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(isolated);
    expect(await page.locator('#digits [data-part=threads-reason]').textContent()).toMatch(isolated ? /^$/ : /COOP/);
    await page.locator('#digits [name=epochs]').fill('200');
    if (isolated) await page.locator('#digits [name=threads]').selectOption('2');
    await button(page, 'digits', 'start').click();
    await accuracyAbove(page, 'digits', 0.9);
    await page
      .locator('#digits .numbers')
      .getByText(`101,770 weights, ${isolated ? '2 threads' : '1 thread'}`)
      .waitFor();

    await drawSeven(page);
    await page.locator('#answer').getByText('This is a 7').waitFor();

    await button(page, 'digits', 'start').click(); // now says Pause
    const paused = await status(page, 'digits', /^Paused/);
    await page.waitForTimeout(300); // what was under way has been reported
    const still = await page.locator('#digits .toolbar .status').textContent();
    await page.waitForTimeout(300);
    expect(await page.locator('#digits .toolbar .status').textContent()).toBe(still);
    expect(paused).toMatch(/epoch \d/);
    await page.locator('#samples button').nth(0).click(); // a paused network answers too
    await page.locator('#answer').getByText('This is a 0').waitFor();
    await button(page, 'digits', 'start').click();
    await status(page, 'digits', /^Training/);

    await button(page, 'digits', 'stop').click();
    await status(page, 'digits', /^Stopped: epoch \d+(\.\d)? of 200/); // a whole one if it has just ended
    await page.locator('#samples button').nth(1).click(); // and so does a stopped one
    await page.locator('#answer').getByText('This is a 1').waitFor();
    await button(page, 'digits', 'reset').click();
    await status(page, 'digits', /^Ready/);
    expect(failures).toEqual([]);
  });
});

test('the convolutional network learns too', async () => {
  const { page, failures } = await open('isolated');
  await page.locator('#digits [name=network]').selectOption('convolutional');
  await button(page, 'digits', 'start').click();
  await accuracyAbove(page, 'digits', 0.85);
  await page.locator('#digits .numbers').getByText('54,470 weights').waitFor();
  expect(failures).toEqual([]);
});

test('reloading while a network trains gives a fresh page', async () => {
  const { page, failures } = await open('plain');
  await button(page, 'digits', 'start').click();
  await status(page, 'digits', /^Training/);
  await page.reload();
  await status(page, 'digits', /^Ready/);
  expect(await button(page, 'digits', 'start').textContent()).toBe('Start');
  expect(await page.locator('#answer').textContent()).toBe('Press Start, then draw.');
  expect(failures).toEqual([]);
});

test('the form keeps what is impossible, and the next training works', async () => {
  const { page, failures } = await open('plain', { tab: 'plane' });
  await page.locator('#plane [name=width]').fill('0');
  await button(page, 'plane', 'start').click();
  expect(await page.locator('#plane .toolbar .status').textContent()).toBe('Ready.'); // the form keeps it
  await page.locator('#plane [name=width]').fill('8');
  await button(page, 'plane', 'start').click();
  await status(page, 'plane', /^Training/);
  expect(failures).toEqual([]);
});

test.each(['xor', 'spirals'])('%s: the boundary is found and drawn', async (problem) => {
  const { page, failures } = await open('plain', { tab: 'plane' });
  await page.locator(`#plane input[value=${problem}]`).check();
  await status(page, 'plane', /^Ready/);
  await button(page, 'plane', 'start').click();
  await accuracyAbove(page, 'plane', 0.99);
  const colours = await page.locator('#field').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
    let [blue, orange] = [0, 0];
    for (let i = 0; i < data.length; i += 4) {
      if (data[i + 2]! > data[i]! + 40) blue++;
      if (data[i]! > data[i + 2]! + 40) orange++;
    }
    return { blue: blue / (data.length / 4), orange: orange / (data.length / 4) };
  });
  expect(colours.blue).toBeGreaterThan(0.15);
  expect(colours.orange).toBeGreaterThan(0.15);
  expect(failures).toEqual([]);
});

test('the page is not held up while a network trains, and nothing on it moves', async () => {
  const { page } = await open('isolated', { viewport: { width: 375, height: 740 }, isMobile: true });
  await page.locator('#digits [name=epochs]').fill('1000');
  await button(page, 'digits', 'start').click();
  await accuracyAbove(page, 'digits', 0.8);
  let shift = 0;
  const tasks = await tasksDuring(demo.browser, page, async () => {
    shift = await page.evaluate(async () => {
      let sum = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
      }).observe({ type: 'layout-shift', buffered: true });
      await new Promise((resolve) => setTimeout(resolve, 1500));
      return sum;
    });
  });
  expect(tasks.filter((milliseconds) => milliseconds > 50)).toEqual([]);
  expect(shift).toBeLessThan(0.01);
  expect(await page.locator('#digits .toolbar .status').textContent()).toMatch(/^Training/);
});

test('tabs and theme by keyboard; the choice of theme is kept', async () => {
  const { page, failures } = await open('plain', { colorScheme: 'light' });
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.locator('#tab-digits').focus();
  await page.keyboard.press('ArrowRight');
  expect(await page.locator('#plane').isVisible()).toBe(true);
  expect(await page.locator('#digits').isVisible()).toBe(false);
  await page.keyboard.press('End');
  expect(await page.locator('#benchmark').isVisible()).toBe(true);
  await page.locator('#theme').focus();
  await page.keyboard.press('Enter');
  expect(await page.locator('#theme').textContent()).toBe('Light theme'); // says what the next press does
  const dark = await ground();
  expect(dark).not.toBe(light);
  await page.reload();
  expect(await ground()).toBe(dark);
  expect(await page.locator('#benchmark').isVisible()).toBe(true);
  expect(failures).toEqual([]);
});

test('the benchmark fills chart and table', async () => {
  const { page, failures } = await open('plain', { tab: 'benchmark' });
  await page.locator('#measure').click();
  await page.locator('#measure-status').getByText('Measured in this browser').waitFor();
  const rows = await page.locator('#benchmark-table tbody tr').allTextContents();
  expect(rows).toHaveLength(4);
  for (const row of rows) expect(row).toMatch(/^\d+\.\d ×$|\d ×$/);
  expect(await page.locator('#benchmark-chart').textContent()).not.toContain('–');
  expect(failures).toEqual([]);
});

test('data that cannot be had are reported, and the next start works once they can', async () => {
  const page = await demo.browser.newPage();
  onTestFinished(async () => page.close());
  await page.route('**/data/train-images.bin', (route) => route.fulfill({ status: 503 }));
  await page.goto(`${demo.origin('plain')}/index.html`);
  await status(page, 'digits', /train-images: 503/);
  await page.unroute('**/data/train-images.bin');
  await button(page, 'digits', 'start').click();
  await status(page, 'digits', /^Training/);
});
