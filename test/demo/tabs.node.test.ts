// Every tab in a real browser: over-fitting, optimisers and the writer do what they are for, and all can be used by
// keyboard, by screen reader, on phones, in the light and in the dark.
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { button, status, withDemo } from './support.js';

const demo = withDemo();
const { open } = demo;
const TABS = ['digits', 'plane', 'fit', 'optimizers', 'writer', 'pictures', 'benchmark'] as const;

/** Moves a slider. */
const slide = async (page: Page, name: string, value: string): Promise<void> => page.locator(name).fill(value);

test('over-fitting: stiff polynomials under-fit, free ones over-fit, decay and more points help', async () => {
  const { page, failures } = await open('plain', { tab: 'fit' });
  const verdict = page.locator('#fit-verdict');
  const unseen = async (): Promise<number> =>
    Number(/([\d.]+) on 200 unseen/.exec((await verdict.textContent()) ?? '')?.[1]);
  await slide(page, '#fit-degree', '0');
  await verdict.getByText('under-fits').waitFor();
  await slide(page, '#fit-degree', '17');
  await verdict.getByText('over-fits').waitFor();
  const wild = await unseen();
  await slide(page, '#fit-decay', '-2');
  await page.locator('#fit-decay-value').getByText('0.01').waitFor();
  const calm = await unseen();
  expect(calm).toBeLessThan(wild / 5);
  await slide(page, '#fit-decay', '-7');
  await slide(page, '#fit-points', '100');
  expect(await unseen()).toBeLessThan(wild / 5);
  await page.locator('#fit-best').click();
  await verdict.getByText('about as good as it gets').waitFor();
  const before = await verdict.textContent();
  await page.locator('#fit-again').click();
  expect(await verdict.textContent()).not.toBe(before);
  expect(failures).toEqual([]);
});

test('over-fitting: a network learns the noise of 20 points, unless it is small or decays', async () => {
  const { page, failures } = await open('plain', { tab: 'fit' });
  const verdict = page.locator('#fit-verdict');
  await page.locator('#fit-again').click();
  await page.locator('#fit-again').click(); // points that ask for it
  await page.locator('[name=fit-model][value=network]').check();
  expect(await page.locator('#fit-degree').isVisible()).toBe(false);
  await verdict.getByText(/it over-fits\. Early stopping after \d+ steps/).waitFor();
  await page.locator('#fit-training').getByText('unseen', { exact: true }).waitFor();
  await slide(page, '#fit-decay', '-2.5');
  await verdict.getByText(/^Step/).waitFor(); // it begins anew
  await verdict.getByText('no over-fitting to speak of').waitFor();
  expect(failures).toEqual([]);
});

test('optimisers: all rules arrive in the valley; too large a rate is lost; the start is moved by keyboard and pointer', async () => {
  const { page, failures } = await open('plain', { tab: 'optimizers' });
  const cells = async (column: number): Promise<string[]> =>
    page.locator(`#rules tbody td:nth-child(${column})`).allTextContents();
  await page.locator('#walk-speed').selectOption('4');
  await page.locator('#walk').click();
  await page.locator('#walk-status').getByText(/^Done/).waitFor();
  for (const loss of await cells(4)) expect(Number(loss)).toBeLessThan(1e-6);
  await slide(page, '#rate', '3');
  await page.locator('#walk').click();
  await page.locator('#walk-status').getByText(/^Done/).waitFor();
  expect((await cells(4))[0]).toBe('lost'); // 8 times 0.03 is more than 2 / 25
  await page.locator('#landscape').focus();
  await page.keyboard.press('ArrowUp');
  await page.locator('#walk-status').getByText('They begin at (-3, 1.48).').waitFor();
  await page.locator('#landscape').click({ position: { x: 5, y: 5 } });
  await page
    .locator('#walk-status')
    .getByText(/^They begin at \(-3\.4\d, 3\.4\d\)/)
    .waitFor();
  await page.locator('#landscape-name').selectOption('saddle');
  expect(await cells(3)).toEqual(['0', '0', '0', '0']);
  expect(failures).toEqual([]);
});

test('the writer learns the rhyme and writes in its words; the same seed writes the same', async () => {
  const { page, failures } = await open('plain', { tab: 'writer' });
  await page.locator('#writer-text').fill('too short');
  await button(page, 'writer', 'start').click();
  await status(page, 'writer', /^The text is too short: it needs at least 200/);
  await page.locator('#writer-text').fill('The rain in Spain stays mainly in the plain. '.repeat(12));
  await page.locator('#prompt').fill('The # rain');
  await page.locator('#writer-form [name=steps]').fill('150');
  await page.locator('#writer-form [name=units]').fill('32');
  const written = async (): Promise<string> => {
    await button(page, 'writer', 'start').click();
    await status(page, 'writer', /^Done after 150 steps/);
    return (await page.locator('#written').textContent()) ?? '';
  };
  const text = await written();
  expect(text).toMatch(/^The {2}rain/); // what it has never seen is left out
  expect(text).toContain('Spain');
  expect(await written()).toBe(text);
  await slide(page, '#temperature', '1.5'); // at a low one it has this text by heart
  await page.locator('#write').click();
  await page.waitForFunction((old) => document.querySelector('#written')?.textContent !== old, text);
  expect(failures).toEqual([]);
});

test('nothing sticks out, from narrow phones to desktops', async () => {
  const { page } = await open('plain');
  for (const tab of TABS) {
    await page.locator(`#tab-${tab}`).click();
    for (const width of [320, 375, 768, 1280]) {
      await page.setViewportSize({ width, height: 700 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  }
});

/** Texts that are too faint: their contrast with what is behind them is below 4.5 (3 for large ones). */
function faintTexts(): string[] {
  const parse = (text: string): number[] => (text.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour: number[]): number => {
    const [r = 0, g = 0, b = 0] = colour.slice(0, 3).map((value) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const groundOf = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || (colour[3] ?? 0) > 0.99) return colour;
    }
    return [255, 255, 255];
  };
  const found: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>('body *')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (
      !own ||
      element.closest('svg, [hidden], :disabled, .pad, .file:has(:disabled), td') ||
      element.offsetParent === null
    )
      continue;
    const { color, fontSize } = getComputedStyle(element);
    const [a, b] = [luminance(parse(color)), luminance(groundOf(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (contrast < (parseFloat(fontSize) >= 24 ? 3 : 4.5))
      found.push(`${element.textContent.trim()}: ${contrast.toFixed(1)}`);
  }
  return found;
}

/** What can be operated but has no name. */
function nameless(): string[] {
  const named = (element: Element): boolean =>
    Boolean(element.ariaLabel ?? element.getAttribute('aria-labelledby')) ||
    Boolean(element.textContent.trim()) ||
    ('labels' in element && [...(element.labels as NodeListOf<HTMLElement>)].some((label) => label.textContent.trim()));
  return [...document.querySelectorAll('button, input, select, textarea, canvas, [role=region], [tabindex="0"]')]
    .filter(
      (element) =>
        !element.closest('template') &&
        !named(element) &&
        !(element instanceof HTMLCanvasElement && element.closest('button')),
    )
    .map((element) => element.outerHTML);
}

test.each(['light', 'dark'] as const)(
  '%s: texts have contrast, what can be operated has a name, tabs name their panels',
  async (colorScheme) => {
    const { page, failures } = await open('plain', { colorScheme });
    for (const tab of TABS) {
      await page.locator(`#tab-${tab}`).focus();
      await page.keyboard.press('Enter');
      await page.locator(`#${tab}`).waitFor();
      await page.waitForTimeout(300);
      expect({ tab, faint: await page.evaluate(faintTexts), nameless: await page.evaluate(nameless) }).toEqual({
        tab,
        faint: [],
        nameless: [],
      });
      const panel = page.getByRole('tabpanel');
      expect(await panel.count()).toBe(1);
      expect(await panel.getAttribute('aria-labelledby')).toBe(`tab-${tab}`);
      expect(await page.locator(`#tab-${tab}`).getAttribute('aria-selected')).toBe('true');
    }
    expect(failures).toEqual([]);
  },
);
