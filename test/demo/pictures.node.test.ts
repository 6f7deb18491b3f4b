// "Your pictures" in a real browser: a visitor draws, shows files and the camera, trains, and takes the network along.
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { init } from 'wasmgrad';
import { loadModel } from 'wasmgrad/io';
import { button, failuresOf, status, withDemo } from './support.js';

const CAMERA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const demo = withDemo(CAMERA);

type Points = readonly (readonly [x: number, y: number])[];

/** Two strokes, or one, around the middle; `size` from 0 to 1. */
const cross = (size: number): Points[] => {
  const [low, high] = [0.5 - size / 2, 0.5 + size / 2];
  return [
    [[low, low], [high, high]],
    [[high, low], [low, high]],
  ]; // prettier-ignore
};
const circle = (size: number): Points[] => [
  Array.from({ length: 20 }, (_, i) => {
    const angle = (2.1 * Math.PI * i) / 20;
    return [0.5 + (size / 2) * Math.cos(angle), 0.5 + (size / 2) * Math.sin(angle)] as const;
  }),
];

/** Draws on an empty sheet. */
async function draw(page: Page, strokes: readonly Points[]): Promise<void> {
  await page.locator('#picture-clear').click();
  await page.locator('#picture').scrollIntoViewIfNeeded();
  const box = await page.locator('#picture').boundingBox();
  if (!box) throw new Error('expected the sheet to be visible');
  for (const stroke of strokes) {
    for (const [i, [x, y]] of stroke.entries()) {
      await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      if (i === 0) await page.mouse.down();
    }
    await page.mouse.up();
  }
}

async function nameClasses(page: Page, names: readonly string[]): Promise<void> {
  for (const [i, name] of names.entries()) await page.locator('#classes [name=name]').nth(i).fill(name);
}

const addTo = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name: `Add picture to ${name}` }).click();

/** Three circles and three crosses. */
async function teach(page: Page): Promise<void> {
  await nameClasses(page, ['circle', 'cross']);
  for (const size of [0.45, 0.6, 0.75]) {
    await draw(page, circle(size));
    await addTo(page, 'circle');
    await draw(page, cross(size));
    await addTo(page, 'cross');
  }
  await button(page, 'pictures', 'start').click();
  await status(page, 'pictures', /^Done: loss 0\.\d+, 100\.0 % /);
}

const answer = (page: Page, name: string): Promise<void> =>
  page.locator('#picture-answer').getByText(`This is ${name}`).waitFor();

async function downloaded(page: Page, action: string): Promise<Uint8Array> {
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-takeaway=${action}]`).click()]);
  return readFile(await file.path());
}

test('it learns drawings, tells new ones apart, and ONNX Runtime agrees; the files are whole', async () => {
  const { page, failures } = await demo.open('isolated', { tab: 'pictures' });
  await button(page, 'pictures', 'start').click();
  await status(page, 'pictures', /^Add pictures to Class A, Class B first/);
  expect(await page.locator('[data-takeaway=save]').isDisabled()).toBe(true);
  await teach(page);
  await draw(page, circle(0.65));
  await answer(page, 'circle');
  await draw(page, cross(0.65));
  await answer(page, 'cross');

  await page.locator('[data-takeaway=run]').click();
  const verdict = page.locator('#takeaway-status').filter({ hasText: 'Largest difference' });
  await verdict.waitFor();
  const text = (await verdict.textContent()) ?? '';
  expect(text).toMatch(/^wasmgrad says cross at .*, ONNX Runtime Web cross at /);
  expect(Number(/difference: (\S+)\.$/.exec(text)?.[1])).toBeLessThan(1e-5);

  await init();
  using model = loadModel(await downloaded(page, 'save'));
  expect([model.inputShape, model.outputShape]).toEqual([[224, 224, 3], [2]]);
  expect((await downloaded(page, 'export')).length).toBeGreaterThan(2_000_000);
  expect(failures).toEqual([]);
});

test('by keyboard and with files: classes are added, filled and emptied', async () => {
  const { page, failures } = await demo.open('plain', { tab: 'pictures', colorScheme: 'dark' });
  await page.locator('#more-classes').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.type('third'); // the name of the new class is selected
  const files = page.getByLabel('Files for third');
  const [red = Buffer.of(), blue = Buffer.of()] = await page
    .evaluate(async () => {
      const png = async (colour: string): Promise<number[]> => {
        const canvas = new OffscreenCanvas(40, 20);
        const drawing = canvas.getContext('2d')!;
        drawing.fillStyle = colour;
        drawing.fillRect(0, 0, 40, 20);
        return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
      };
      return [await png('red'), await png('blue')];
    })
    .then((all) => all.map((bytes) => Buffer.from(bytes)));
  const picture = (buffer: Buffer, name: string) => ({ name, mimeType: 'image/png', buffer });
  await files.setInputFiles([
    picture(red, 'red.png'),
    picture(blue, 'blue.png'),
    picture(Buffer.from('no'), 'text.png'),
  ]);
  await status(page, 'pictures', /^text\.png is not a picture/);
  const thumbs = page.getByRole('button', { name: /^Remove picture \d of third$/ });
  expect(await thumbs.count()).toBe(2);
  await thumbs.first().focus();
  await page.keyboard.press('Enter');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
    'Remove picture 1 of third',
  );
  await page.getByRole('button', { name: 'Remove class third' }).click();
  expect(await page.locator('#classes > li').count()).toBe(2);

  // Files may be dropped, too, and three classes' worth of colours is quickly learned
  await nameClasses(page, ['red', 'blue']);
  await page.getByLabel('Files for red').setInputFiles(picture(red, 'red.png'));
  await page
    .locator('#classes > li')
    .nth(1)
    .evaluate(
      (element, bytes) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([Uint8Array.from(bytes)], 'blue.png', { type: 'image/png' }));
        element.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
      },
      [...blue],
    );
  await page.getByText('1 picture').nth(1).waitFor();
  await button(page, 'pictures', 'start').click();
  await status(page, 'pictures', /^Done/);
  await page.getByLabel('Open a picture').setInputFiles(picture(red, 'red.png'));
  await answer(page, 'red');
  expect(failures).toEqual([]);
});

test('the camera is asked about as it goes, on a phone, and goes off when the tab is left', async () => {
  const phone = { viewport: { width: 375, height: 740 }, isMobile: true, hasTouch: true };
  const { page, failures } = await demo.open('plain', { tab: 'pictures', ...phone, permissions: ['camera'] });
  await nameClasses(page, ['camera', 'white']);
  await addTo(page, 'white');
  await page.locator('#camera').click();
  await page.locator('#camera').getByText('Camera off').waitFor();
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('#picture')!;
    return canvas.getContext('2d')!.getImageData(20, 20, 1, 1).data[0] !== 255;
  });
  await addTo(page, 'camera');
  await button(page, 'pictures', 'start').click();
  await status(page, 'pictures', /^Done/);
  await answer(page, 'camera');
  await page.locator('#tab-plane').click();
  await page.locator('#tab-pictures').click();
  await page.locator('#camera').getByText('Camera on').waitFor();
  expect(failures).toEqual([]);
});

test('loading is shown, can be cancelled and done again', async () => {
  const page = await demo.browser.newPage();
  onTestFinished(async () => page.close());
  const failures = failuresOf(page);
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  await page.route('**/mobilenet/group1*', async (route) => {
    await held;
    await route.continue().catch(() => undefined); // the page no longer waits for it
  });
  await page.goto(`${demo.origin('plain')}/index.html#pictures`);
  await status(page, 'pictures', /^Loading the network/);
  await button(page, 'pictures', 'stop').click();
  await status(page, 'pictures', /^Loading was cancelled\.$/);
  release();
  await page.unroute('**/mobilenet/group1*');
  await button(page, 'pictures', 'start').click(); // now says Load
  await status(page, 'pictures', /^Ready\. The network has 616,256 weights\.$/);
  expect(failures).toEqual([]);
});
