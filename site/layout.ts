// The frame around every page: header, navigation, the list of its headings.
import { relative, dirname } from 'node:path';
import MarkdownIt from 'markdown-it';
import type { Section } from './pages.js';
import type { Heading } from './markdown.js';

const { escapeHtml } = new MarkdownIt().utils;

export interface Frame {
  /** The file of the page in the site. */
  readonly target: string;
  readonly title: string;
  readonly html: string;
  readonly headings?: readonly Heading[];
  /** Links beside the page; none for a page that needs the whole width. */
  readonly sections?: readonly Section[];
  readonly targetOf: (source: string) => string | undefined;
  /** Elements at the end of the head. */
  readonly head?: string;
}

/** Before the first paint, so that the page does not flash in the other colours. */
const THEME = `try{const t=localStorage.getItem('theme');if(t)document.documentElement.dataset.theme=t}catch{}`;

const TOP = [
  ['docs/index.html', 'Docs'],
  ['reference/index.html', 'Reference'],
  ['playground.html', 'Playground'],
  ['demo/index.html', 'Demo'],
] as const;

const link = (from: string, target: string, title: string): string => {
  const current = from === target ? ' aria-current="page"' : '';
  return `<a href="${relative(dirname(from), target)}"${current}>${escapeHtml(title)}</a>`;
};

function navigation({ target, sections, targetOf }: Frame): string {
  if (!sections) return '';
  const lists = sections.map(({ title, links }) => {
    const items = links.map(({ title: text, source }) => {
      const to = targetOf(source);
      if (to === undefined) throw new Error(`the navigation: no page is made from ${source}`);
      return `<li>${link(target, to, text)}</li>`;
    });
    return `<p class="group">${escapeHtml(title)}</p><ul>${items.join('')}</ul>`;
  });
  return `<nav class="side" aria-label="Pages"><details data-open="64rem"><summary>Pages</summary>${lists.join('')}</details></nav>`;
}

function contents(headings: readonly Heading[]): string {
  const deepest = headings.some(({ level }) => level === 3) && headings.length > 60 ? 3 : 2;
  const shown = headings.filter(({ level }) => level <= deepest);
  if (shown.length < 2) return '';
  const items = shown.map(
    ({ level, id, text }) => `<li class="level${level}"><a href="#${id}">${escapeHtml(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page"><details data-open="80rem"><summary>On this page</summary><ul>${items.join('')}</ul></details></nav>`;
}

/** The whole page. */
export function framed(frame: Frame): string {
  const { target, title, html, headings = [], sections, head = '' } = frame;
  const root = relative(dirname(target), '.') || '.';
  const top = TOP.map(([to, text]) => `<li>${link(target, to, text)}</li>`).join('');
  const full =
    target === 'index.html' ? 'wasmgrad: neural networks in TypeScript and WebAssembly' : `${title} · wasmgrad`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${escapeHtml(`wasmgrad, ${title}: neural-network training in TypeScript over WebAssembly.`)}">
<title>${escapeHtml(full)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${root}/assets/style.css">
<script>${THEME}</script>
<script src="${root}/assets/page.js" defer></script>
${head}
</head>
<body>
<a class="skip" href="#page-content">Skip to the content</a>
<header class="top">
<a class="brand" href="${root}/index.html">wasmgrad</a>
<nav aria-label="Site"><ul>${top}</ul></nav>
<button type="button" id="theme-switch"></button>
</header>
<div class="${sections ? 'frame' : 'frame wide'}">
${navigation(frame)}
${contents(headings)}
<main id="page-content" tabindex="-1">
${html}
</main>
</div>
</body>
</html>
`;
}
