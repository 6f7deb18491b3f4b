// The checks that keep the site's links whole: each kind of broken link is noticed.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { brokenLinks } from '../../site/links.js';
import { render, type Site } from '../../site/markdown.js';
import { Slugs } from '../../site/slugs.js';

/** What is wrong with a site of these files. */
function complaints(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'wasmgrad-links-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return brokenLinks(folder);
}

describe('links of a built site', () => {
  const other = '<h2 id="there">There</h2>';

  test('good ones', () => {
    const page = `<a href="docs/b.html#there"></a><a href="#top" id="top"></a><img src="p.svg"><a href="https://x.org/y"></a>
      <a href="play.html#code=abc"></a><script>const x = '<a href="nowhere">';</script><!-- <a href="nowhere"> -->`;
    expect(complaints({ 'a.html': page, 'docs/b.html': other, 'p.svg': '', 'play.html': '' })).toEqual([]);
    expect(complaints({ 'docs/b.html': `${other}<a href="../a.html">`, 'a.html': '' })).toEqual([]);
  });

  test.each([
    ['no such file', '<a href="c.html">', 'c.html: no such file'],
    ['a folder', '<a href="docs">', 'docs: no such file'],
    ['no such anchor', '<a href="docs/b.html#where">', 'docs/b.html#where: no such anchor'],
    ['no such anchor here', '<a href="#where">', '#where: no such anchor'],
    ['an absolute path', '<script src="/s.js"></script>', '/s.js: expected a relative address'],
    ['another scheme', '<a href="file:///etc">', 'file:///etc: expected a relative address'],
    ['outside', '<link href="../style.css">', '../style.css: leads out of the site'],
    ['an id given twice', '<p id="x"><p id="x">', "the id 'x' is there twice"],
  ])('%s', (_, page, complaint) => {
    expect(complaints({ 'a.html': page, 'docs/b.html': other })).toEqual([`a.html: ${complaint}`]);
  });
});

describe('links of a page', () => {
  const site: Site = {
    targetOf: (source) => ({ 'docs/b.md': 'docs/b.html', 'README.md': 'index.html' })[source],
    addAsset: () => undefined,
  };
  const html = (text: string): string => render({ source: 'docs/a.md', target: 'docs/a.html', text }, site).html;

  test('lead to the pages made from files', () => {
    expect(html('[b](b.md#x) [home](../README.md)')).toBe(
      '<p><a href="b.html#x">b</a> <a href="../index.html">home</a></p>\n',
    );
  });

  test('must have a page', () => {
    expect(() => html('[c](c.md)')).toThrow(new Error('docs/a.md: the link to c.md leads to no page of the site'));
  });

  test('code that the page can run has a link to the playground, other code has none', () => {
    expect(html("```ts\nimport { init } from 'wasmgrad';\nawait init();\n```\n")).toMatch(
      /playground\.html#code=[\w-]+"/,
    );
    expect(html("```ts\nimport { init } from 'wasmgrad';\nconst x: number = 1;\n```\n")).not.toContain('playground');
    expect(html("```ts\nimport { readFile } from 'node:fs/promises';\n```\n")).not.toContain('playground');
    expect(
      html("```ts\nimport { loadModel } from 'wasmgrad/io';\nawait loadModel('m.safetensors');\n```\n"),
    ).not.toContain('playground');
  });
});

test('anchors are named as on GitHub', () => {
  const slugs = new Slugs();
  const names = ['Several inputs, and `outputs`!', 'A b', 'A b', 'Übung 1'].map((heading) => slugs.next(heading));
  expect(names).toEqual(['several-inputs-and-outputs', 'a-b', 'a-b-1', 'übung-1']);
});
