import { chromium as engine, type Browser } from 'playwright';
import { chromium } from '../../engines/chromium.mjs';

/** The Chromium of the browser tests, with more arguments if need be. */
export async function launch(more: readonly string[] = []): Promise<Browser> {
  const options = chromium();
  return engine.launch({ ...options, args: [...(options.args ?? []), ...more] });
}

/** Opens a page and returns what the app on it answers. A failed request or an error on the page is an error here. */
export async function answerOf(browser: Browser, url: string): Promise<string> {
  const page = await browser.newPage();
  const failures: string[] = [];
  page.on('pageerror', ({ message }) => failures.push(message));
  page.on('console', (message) => message.type() === 'error' && failures.push(message.text()));
  page.on('response', (response) => response.status() < 400 || failures.push(`${response.status()} ${response.url()}`));
  try {
    await page.goto(url, { waitUntil: 'load' });
    const answer = await page.evaluate(async () => {
      for (let i = 0; i < 500 && !('wasmgradResult' in globalThis); i++) await new Promise((f) => setTimeout(f, 10));
      return String(await (globalThis as { wasmgradResult?: unknown }).wasmgradResult);
    });
    return [answer, ...failures].join('\n');
  } finally {
    await page.close();
  }
}
