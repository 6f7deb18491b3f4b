// Every page of the built site in a real browser, on a phone in dark colours and on a desktop in light ones.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
import { declarationsProgram, ENTRIES, exportedSymbols } from '../support/declarations.js';
import { withSite } from './support.js';

const site = withSite('pages');
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe has to say against the page: contrast, labels, roles, order of headings, and more. */
async function violations(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axe });
  const found = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run: () => Promise<{ violations: Violation[] }> } };
    return (await axe.run()).violations;
  });
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.length} times, ${nodes[0]?.html.slice(0, 200) ?? ''} ${nodes[0]?.failureSummary ?? ''}`,
  );
}

async function layoutShift(page: Page): Promise<number> {
  return page.evaluate(
    async () =>
      new Promise<number>((resolve) => {
        let sum = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) sum += (entry as PerformanceEntry & { value: number }).value;
        }).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 50);
      }),
  );
}

const kinds = {
  phone: { viewport: { width: 375, height: 740 }, isMobile: true, colorScheme: 'dark' },
  desktop: { viewport: { width: 1366, height: 768 }, colorScheme: 'light' },
} as const;

describe.each(['phone', 'desktop'] as const)('on a %s', (kind) => {
  test('all pages: contrast, labels, nothing moves, sticks out, or complains', { timeout: 300_000 }, async () => {
    const complaints: string[] = [];
    const pages = site.pages().filter((path) => !path.startsWith('source/') || path.includes('xor'));
    expect(pages.length).toBeGreaterThan(40);
    for (const path of pages) {
      const { page, failures } = await site.open(path, kinds[kind]);
      const own = path.startsWith('demo/') ? [] : await violations(page); // test/demo looks at the demo
      const shift = await layoutShift(page);
      if (shift > 0.01) own.push(`layout shift ${shift}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > kinds[kind].viewport.width) own.push(`${width} pixels wide`);
      complaints.push(...[...own, ...failures].map((each) => `${path}: ${each}`));
      await page.close();
    }
    expect(complaints).toEqual([]);
  });
});

test('the reference has every export of every entry', () => {
  const program = declarationsProgram();
  const index = readFileSync(site.file('reference/index.html'), 'utf8');
  for (const entry of ENTRIES) {
    const file = `${entry.replace(/^wasmgrad\//, '')}.html`;
    const page = readFileSync(site.file(`reference/${file}`), 'utf8');
    for (const name of exportedSymbols(program, entry).keys()) {
      const heading = new RegExp(`<h3 id="([^"]+)">(?:<s>)?${name}(?:\\(\\))?(?:</s>)?</h3>`);
      const anchor = heading.exec(page)?.[1];
      expect(anchor, `${entry}: ${name}`).toBeDefined();
      expect(index, `${entry}: ${name}`).toContain(`href="${file}#${anchor ?? ''}"`);
    }
  }
});

test('by keyboard: past the header, the colours, which all pages keep, and the lists of a phone', async () => {
  const { page, failures } = await site.open('docs/xor.html', kinds.phone);
  const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  expect(new URL(page.url()).hash).toBe('#page-content');
  await page.locator('#theme-switch').focus();
  await page.keyboard.press('Enter');
  const light = await ground();
  expect(light).not.toBe(dark);
  expect(await page.locator('#theme-switch').innerText()).toBe('Dark');

  const pages = page.locator('nav[aria-label=Pages]');
  expect(await pages.getByText('Deployment').isVisible()).toBe(false);
  await pages.locator('summary').focus();
  await page.keyboard.press('Enter');
  await pages.getByText('Deployment').focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/deployment\.html$/);
  expect(await ground()).toBe(light);
  expect(await page.locator('nav[aria-label=Pages] [aria-current=page]').textContent()).toBe('Deployment');
  expect(failures).toEqual([]);
});
