// The playground in a real browser: its examples, code of documentation pages, errors, stop, links to share.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright';
import { describe, expect, test, vi } from 'vitest';
import { withSite } from './support.js';

const site = withSite('playground');

const output = async (page: Page): Promise<string> => (await page.locator('#output').innerText()).trim();

async function statusOf(page: Page, pattern: RegExp): Promise<string> {
  const line = page.locator('#status').filter({ hasText: pattern });
  await line.waitFor();
  return line.innerText();
}

/** Replaces the editor's text: again if the editor drew its lines anew before it had read the text, as after an error. */
async function type(page: Page, code: string): Promise<void> {
  await vi.waitFor(async () => {
    await page.locator('#editor .cm-content').fill(code);
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect((await page.locator('#editor .cm-line').allTextContents()).join('\n')).toBe(code);
  });
}

async function run(page: Page, code: string): Promise<string> {
  await type(page, code);
  await page.locator('#run').click();
  await statusOf(page, /^(Finished|Failed)/);
  return output(page);
}

const answers = {
  first: { text: /^accuracy 1$/m, pictures: 2 },
  gradients: { text: /^f''\s+Tensor\(\[3\], f32\) \[2(\.0+)?, 0\.23\d+, -2\.65\d+\]$/m, pictures: 0 },
  regression: { text: /^mean squared error 0\.0132$/m, pictures: 1 },
  optimisers: { text: /^Adam +\d\.\d\de-\d+ /m, pictures: 1 },
  table: { text: /^\['yes', 'no'\]$/m, pictures: 0 },
  recurrent: { text: /^mean squared error \d\.\d\de-[3-9]$/m, pictures: 1 },
  'own-loop': { text: /^sin\(1\.5\) = 1\.00 and the network says 0\.89$/m, pictures: 0 },
  save: { text: /^trained again, the same bits: true$/m, pictures: 1 },
} as const;

describe('examples', () => {
  test.each(Object.keys(answers) as (keyof typeof answers)[])('%s', async (name) => {
    const { page, failures } = await site.open(`playground.html#example=${name}`);
    await statusOf(page, /^Ready/);
    expect(await page.locator('#example').inputValue()).toBe(name);
    await page.locator('#run').click();
    expect(await statusOf(page, /^(Finished|Failed)/)).toMatch(/^Finished in \d+\.\d\d s\.$/);
    expect(await output(page)).toMatch(answers[name].text);
    const pictures = page.locator('#output img');
    expect(await pictures.count()).toBe(answers[name].pictures);
    for (const picture of await pictures.all()) {
      expect(
        await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth)),
      ).toBeGreaterThan(100);
      expect(await picture.getAttribute('alt')).toMatch(/\w{3}/);
    }
    expect(failures).toEqual([]);
  });

  test('all of them are tested', async () => {
    const { page } = await site.open('playground.html');
    const values = await page
      .locator('#example option:not([hidden])')
      .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    expect(values.sort()).toEqual(Object.keys(answers).sort());
  });
});

describe('what the documentation offers to run', () => {
  test('runs', { timeout: 300_000 }, async () => {
    const { page, failures } = await site.open('playground.html');
    const pages = site
      .pages()
      .filter((path) => /^(index|docs\/.*|reference\/(losses|plot|predict|selection))\.html$/.test(path));
    const hashes = pages.flatMap((path) => {
      const html = readFileSync(site.file(path), 'utf8');
      return [...html.matchAll(/playground\.html(#code=[\w-]+)/g)].map(([, hash = '']) => ({ path, hash }));
    });
    expect(hashes.length).toBeGreaterThan(60);
    const failed: string[] = [];
    for (const { path, hash } of hashes) {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await statusOf(page, /^Ready/);
      await page.locator('#run').click();
      const status = await statusOf(page, /^(Finished|Failed)/);
      if (status.startsWith('Failed')) failed.push(`${path}: ${await output(page)}`);
      await page.evaluate(() => {
        location.hash = '#'; // so that Ready above is of the next code
      });
    }
    expect(failed).toEqual([]);
    expect(failures).toEqual([]);
  });
});

describe('errors', () => {
  test('are told with their line, which a button goes to', async () => {
    const { page } = await site.open('playground.html');
    await statusOf(page, /^Ready/);
    expect(await run(page, 'let a = 1;\nlet b = ;\n')).toMatch(/^Line 2\s+SyntaxError: Unexpected token$/);
    expect(await statusOf(page, /^Failed/)).toBe('Failed in line 2.');
    expect(await run(page, '\n\nthrow new RangeError("too far");')).toMatch(/^Line 3\s+RangeError: too far$/);
    await page.locator('#output button').click();
    expect(await page.locator('.cm-activeLineGutter').allInnerTexts()).toContain('3');
    const names = "import { init } from 'wasmgrad';\nimport { densely } from 'wasmgrad/layers';";
    expect(await run(page, names)).toMatch(/^Line 2\s+SyntaxError: 'wasmgrad\/layers' has no export named 'densely'$/);
    expect(await run(page, "import 'lodash';")).toMatch(
      /^Line 1\s+SyntaxError: expected an import from wasmgrad, .*, got 'lodash'$/,
    );
    const library =
      "import { init } from 'wasmgrad';\nimport { dense } from 'wasmgrad/layers';\nawait init();\ndense({ units: 0 });";
    expect(await run(page, library)).toMatch(
      /^Line 4\s+RangeError: dense: expected units to be a whole number >= 1, got 0$/,
    );
    expect(await run(page, 'throw 7;')).toBe('Uncaught 7');
  });

  test('of timers and promises are told, too', async () => {
    const { page } = await site.open('playground.html');
    await statusOf(page, /^Ready/);
    await type(page, 'setTimeout(() => {\n  throw new Error("late");\n});\nvoid Promise.reject(new Error("unheard"));');
    await page.locator('#run').click();
    await page.locator('#output').getByText('Error: unheard').waitFor();
    await page.locator('#output').getByText('Error: late').waitFor();
  });
});

test('stop ends an endless loop; what it printed is limited and stays', async () => {
  const { page, failures } = await site.open('playground.html');
  await statusOf(page, /^Ready/);
  await type(page, 'for (let i = 0; ; i++) console.log(i);');
  await page.locator('#run').click();
  await page.locator('#output').getByText('left out').waitFor();
  expect(await page.locator('#output .line').count()).toBe(2001);
  await page.locator('#stop').click();
  expect(await statusOf(page, /^Stopped/)).toBe('Stopped.');
  expect(await page.locator('#stop').isDisabled()).toBe(true);
  expect(await run(page, "console.log('again')")).toBe('again');
  expect(failures).toEqual([]);
});

test('values are printed as in Node', async () => {
  const { page } = await site.open('playground.html');
  await statusOf(page, /^Ready/);
  const code = `console.log('a', 1, -0, 2n, null, undefined, true);
console.log([1, 'b', [2]], { x: 1, y: { z: 'c' } }, new Float32Array([0.5, 1]));
console.log(new Map([['k', 1]]), new Set([1]), new (class Point { x = 1; })(), () => 1, Symbol('s'));
const self = {}; self.self = self; console.log(self, new TypeError('t'), Object.create(null));
console.warn('careful'); console.error('wrong');`;
  expect((await run(page, code)).split(/\n+/)).toEqual([
    'a 1 -0 2n null undefined true',
    "[1, 'b', [2]] { x: 1, y: { z: 'c' } } Float32Array(2) [0.5, 1]",
    "Map(1) {'k' => 1} Set(1) {1} Point { x: 1 } [Function (anonymous)] Symbol(s)",
    '{ self: [Circular] } TypeError: t {}',
    'careful',
    'wrong',
  ]);
  expect(await page.locator('#output .warn').innerText()).toBe('careful');
});

test('a shared link opens the same code, which does not run by itself; a damaged one opens an example', async () => {
  const { page, failures } = await site.open('playground.html');
  await statusOf(page, /^Ready/);
  await type(page, "console.log('ünïcode → ✓');");
  await page.keyboard.press('Control+Enter');
  await statusOf(page, /^Finished/);
  await page.locator('#share').click();
  await statusOf(page, /^The link/);
  const hash = new URL(page.url()).hash;
  expect(hash).toMatch(/^#code=[\w-]+$/);

  const other = await site.open(`playground.html${hash}`);
  await statusOf(other.page, /^Ready/);
  expect(await other.page.locator('#editor .cm-content').innerText()).toBe("console.log('ünïcode → ✓');");
  expect(await output(other.page)).toBe('');
  await other.page.locator('#run').click();
  await statusOf(other.page, /^Finished/);
  expect(await output(other.page)).toBe('ünïcode → ✓');

  const damaged = await site.open(`playground.html${hash.slice(0, -8)}`);
  await statusOf(damaged.page, /^Ready/);
  expect(await damaged.page.locator('#example').inputValue()).toBe('first');
  expect([...failures, ...other.failures, ...damaged.failures]).toEqual([]);
});
