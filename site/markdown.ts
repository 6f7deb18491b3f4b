// A page's Markdown to HTML: code highlighted, anchors as on GitHub, links to pages of the site, and a link that opens
// code in the playground where it can run there.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import hljs from 'highlight.js';
import MarkdownIt, { type Token } from 'markdown-it';
import { runsInPage } from './playground/imports.js';
import { packed } from './playground/packed.js';
import type { Page } from './pages.js';
import { Slugs } from './slugs.js';

export interface Heading {
  readonly level: number;
  readonly id: string;
  readonly text: string;
}

export interface Rendered {
  readonly html: string;
  readonly title: string;
  readonly headings: readonly Heading[];
}

/** What a page needs to know of the site. */
export interface Site {
  /** The target of the page made from this file, or undefined if the site does not have it. */
  readonly targetOf: (source: string) => string | undefined;
  /** Takes a picture into the site. */
  readonly addAsset: (file: string) => void;
}

const markdown = new MarkdownIt({ html: true });
const { escapeHtml } = markdown.utils;

/** Languages by their names in our pages; TypeScript stands for JavaScript too. */
const LANGUAGES: Readonly<Record<string, string>> = {
  js: 'typescript',
  mjs: 'typescript',
  ts: 'typescript',
  sh: 'bash',
  html: 'xml',
  json: 'json',
  python: 'python',
  py: 'python',
};

function codeBlock(code: string, info: string, root: string): string {
  const language = LANGUAGES[info];
  const html = language ? hljs.highlight(code, { language }).value : escapeHtml(code);
  const run =
    (info === 'ts' || info === 'js') && runsInPage(code)
      ? `<a class="run" href="${root}playground.html#code=${packed(code)}">Run<span class="visually-hidden"> this code in the playground</span></a>`
      : '';
  return `<div class="code">${run}<pre><code>${html}</code></pre></div>\n`;
}

/** The address of a file of the site, from a page of the site. */
const from = (page: Page, target: string): string => relative(dirname(page.target), target) || '.';

function linkOf(href: string, page: Page, site: Site): string {
  if (/^(https?:|mailto:|#)/.test(href)) return href;
  const [path = '', anchor] = href.split('#');
  const source = normalize(join(dirname(page.source), decodeURIComponent(path))).replace(/\/$/, '');
  const target = site.targetOf(source);
  if (target === undefined) throw new Error(`${page.source}: the link to ${href} leads to no page of the site`);
  return from(page, target) + (anchor === undefined ? '' : `#${anchor}`);
}

/** Pictures say their size, so that nothing moves when they come. */
function imageOf(token: Token, page: Page, site: Site): string {
  const file = normalize(join(dirname(page.source), String(token.attrGet('src'))));
  const [, width, height] = /<svg[^>]* width="(\d+)" height="(\d+)"/.exec(readFileSync(file, 'utf8')) ?? [];
  if (!width || !height) throw new Error(`${page.source}: expected ${file} to be an SVG picture with its size`);
  site.addAsset(file);
  const size = `width="${width}" height="${height}"`;
  return `<img src="${from(page, file)}" alt="${escapeHtml(token.content)}" ${size} loading="lazy">`;
}

const textOf = (token: Token | undefined): string =>
  (token?.children ?? [])
    .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ''))
    .join('');

/** Takes the anchor that the reference names behind a heading, `{#name}`, out of its text. */
function takeAnchor(token: Token | undefined): string | undefined {
  const last = token?.children?.at(-1);
  const [end, anchor] = / ?\{#([^}]+)\}$/.exec(last?.content ?? '') ?? [];
  if (last && end !== undefined) last.content = last.content.slice(0, -end.length);
  return anchor;
}

/** Gives headings their anchors, and links and pictures their addresses; returns the headings. */
function resolve(tokens: readonly Token[], page: Page, site: Site): Heading[] {
  const slugs = new Slugs();
  // Exports in the reference have names of their own, like `classes`, which is a heading there as well
  const ownPrefix = page.source.startsWith('reference/') ? 'heading-' : '';
  const headings: Heading[] = [];
  tokens.forEach((token, i) => {
    if (token.type === 'heading_open') {
      const given = takeAnchor(tokens[i + 1]);
      const text = textOf(tokens[i + 1]).trim();
      const id = given ?? ownPrefix + slugs.next(text);
      token.attrSet('id', id);
      headings.push({ level: Number(token.tag.slice(1)), id, text });
    }
    for (const child of token.children ?? []) {
      if (child.type === 'link_open') child.attrSet('href', linkOf(String(child.attrGet('href')), page, site));
    }
  });
  return headings;
}

/** What the rules below are told of the page they write. */
const environments = new WeakMap<object, { readonly page: Page; readonly site: Site; readonly root: string }>();

function environmentOf(env: object | undefined): { readonly page: Page; readonly site: Site; readonly root: string } {
  const environment = env && environments.get(env);
  if (!environment) throw new Error('a page is rendered by render()');
  return environment;
}

Object.assign(markdown.renderer.rules, {
  fence: (tokens, i, _options, env) => {
    const { content = '', info = '' } = tokens[i] ?? {};
    return codeBlock(content, info.trim(), environmentOf(env).root);
  },
  code_block: (tokens, i) =>
    `<div class="code"><pre><code>${escapeHtml(tokens[i]?.content ?? '')}</code></pre></div>\n`,
  image: (tokens, i, _options, env) => {
    const { page, site } = environmentOf(env);
    const token = tokens[i];
    return token ? imageOf(token, page, site) : '';
  },
  table_open: () => '<div class="scroll"><table>',
  table_close: () => '</table></div>',
  // The first row of some tables has no words: a header without text would be announced as one.
  th_open: (tokens, i) => (textOf(tokens[i + 1]) === '' ? '<td>' : '<th scope="col">'),
  th_close: (tokens, i) => (textOf(tokens[i - 1]) === '' ? '</td>' : '</th>'),
} satisfies typeof markdown.renderer.rules);

/** The page's content; throws where a link leads nowhere. */
export function render(page: Page, site: Site): Rendered {
  const tokens = markdown.parse(page.text, {});
  const headings = resolve(tokens, page, site);
  const env = {};
  environments.set(env, { page, site, root: '../'.repeat(page.target.split('/').length - 1) });
  return {
    html: markdown.renderer.render(tokens, markdown.options, env),
    title: headings[0]?.text ?? page.source,
    headings: headings.slice(1),
  };
}
