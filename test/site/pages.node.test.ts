// Every page of the built site in a real browser, on a phone in dark colours and on a desktop in light ones.
import { createRequire } from 'node:module';
import type { Page } from 'playwright';
import { describe, expect, test } from 'vitest';
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
