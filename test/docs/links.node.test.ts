// Links and pictures of the pages lead somewhere; every example has its page.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { filesUnder } from './blocks.js';

const pages = ['README.md', 'CONTRIBUTING.md', ...filesUnder('docs', '.md')];
const textOf = (page: string): string => readFileSync(page, 'utf8').replace(/^```[^]*?^```/gm, '');

test.each(pages)('links of %s', (page) => {
  for (const [, target = ''] of textOf(page).matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
    if (/^https?:/.test(target)) continue;
    expect(existsSync(join(dirname(page), target)), target).toBe(true);
  }
});

test('every page of docs is in its index', () => {
  const index = readFileSync('docs/README.md', 'utf8');
  for (const page of filesUnder('docs', '.md').filter((file) => file !== 'docs/README.md'))
    expect(index).toContain(`](${page.replace('docs/', '')})`);
});

test('figures are small and all shown', () => {
  const shown = pages.map(textOf).join('\n');
  for (const file of readdirSync('docs/figures')) {
    expect(statSync(join('docs/figures', file)).size, file).toBeLessThan(60_000);
    expect(shown, file).toContain(`figures/${file})`);
  }
});

test('what examples print was put in', () => {
  for (const page of pages) {
    const text = readFileSync(page, 'utf8');
    for (const [, name = ''] of text.matchAll(/<!-- output: (\S+) -->/g)) {
      expect(text, page).toContain(`<!-- output: ${name} -->\n\`\`\`text\n`);
      expect(existsSync(`examples/${name}.ts`), name).toBe(true);
    }
  }
});
