// SVG text: escaped text, lines, colours for light and dark paper, and the document around them. Coordinates have one
// decimal, so that the same picture is the same text on every machine.
import type { Theme } from './options.js';

export type Point = readonly [x: number, y: number];
export type Anchor = 'start' | 'middle' | 'end';

/** Number of different colours of series: the classes `c0`, `c1`, ... of the style. */
export const COLOURS = 6;

interface Palette {
  readonly paper: string;
  readonly ink: string;
  readonly axis: string;
  readonly grid: string;
  readonly guide: string;
  readonly box: string;
  readonly series: readonly string[];
}

// Six colours of Okabe and Ito (2008), which differ for colour-blind readers too; on dark paper the same hues, lighter.
const LIGHT: Palette = {
  paper: '#ffffff',
  ink: '#24292f',
  axis: '#57606a',
  grid: '#d8dee4',
  guide: '#8c959f',
  box: '#ddf4ff',
  series: ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'],
};
const DARK: Palette = {
  paper: '#161b22',
  ink: '#e6edf3',
  axis: '#8b949e',
  grid: '#30363d',
  guide: '#6e7681',
  box: '#0c2d6b',
  series: ['#4ba3f2', '#ff8b4d', '#2fc99a', '#e69ac8', '#a5dbff', '#f2bc42'],
};

/** The rules of a palette below a class, since a style in an SVG element holds for the whole page. */
function rules(scope: string, { paper, ink, axis, grid, guide, box, series }: Palette): string {
  const each = series.map((colour, i) => `.${scope} .c${i} { color: ${colour}; }`);
  return [
    `.${scope} .paper { fill: ${paper}; } .${scope} .halo { stroke: ${paper}; }`,
    `.${scope} text { fill: ${ink}; } .${scope} .ink { color: ${ink}; } .${scope} .inverse { fill: ${paper}; }`,
    `.${scope} .axis { stroke: ${axis}; } .${scope} .grid { stroke: ${grid}; } .${scope} .guide { stroke: ${guide}; }`,
    `.${scope} .box { fill: ${box}; stroke: ${axis}; }`,
    ...each,
  ].join('\n');
}

function styleOf(scope: string, theme: Theme): string {
  const base = `.${scope} { font: 12px system-ui, sans-serif; } .${scope} .title { font-size: 14px; font-weight: 600; } .${scope} .small { font-size: 11px; }`;
  if (theme !== 'auto') return `${base}\n${rules(scope, theme === 'dark' ? DARK : LIGHT)}`;
  return `${base}\n${rules(scope, LIGHT)}\n@media (prefers-color-scheme: dark) {\n${rules(scope, DARK)}\n}`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as XML may hold it: on one line, without control characters and halves of characters. */
function escape(content: string): string {
  return content
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** A coordinate. */
export function px(value: number): string {
  const text = value.toFixed(1);
  return text.endsWith('.0') ? text.slice(0, -2).replace(/^-0$/, '0') : text;
}

/** About how many pixels text takes; fonts differ, so rather too much. */
export function textWidth(content: string, size = 12): number {
  let ems = 0;
  for (const character of content) {
    if (character > '\u10ff') ems += 1.05;
    else if (/[ijltfrI.,:;'|!()[\]\s]/.test(character)) ems += 0.36;
    else if (/[mwMW%@]/.test(character)) ems += 0.92;
    else ems += /[A-Z]/.test(character) ? 0.7 : 0.58;
  }
  return ems * size;
}

/** The text, or as much of its beginning as fits, and three dots. */
export function fitted(content: string, width: number, size = 12): string {
  if (content.length < 2000 && textWidth(content, size) <= width) return content;
  let [kept, used] = ['', textWidth('…', size)];
  for (const character of content) {
    used += textWidth(character, size);
    if (used > width) break;
    kept += character;
  }
  return `${kept}…`;
}

/** Text at a place; `extra` are more attributes. */
export function text(x: number, y: number, anchor: Anchor, content: string, extra = ''): string {
  const at = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${px(x)}" y="${px(y)}"${at}${extra}>${escape(content)}</text>`;
}

/** A straight line of a class of the style. */
export function line(kind: string, [x1, y1]: Point, [x2, y2]: Point): string {
  return `<line class="${kind}" x1="${px(x1)}" y1="${px(y1)}" x2="${px(x2)}" y2="${px(y2)}"/>`;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** What the picture shows, for those who cannot see it. */
  readonly description: string;
  readonly content: readonly string[];
  readonly theme: Theme;
}

/** An SVG document. It may be a file, or stand in the text of a page beside others. */
export function svgOf({ width, height, title, description, content, theme }: Picture): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  const scope = `wasmgrad-plot-${theme}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="${scope}" viewBox="0 0 ${w} ${h}" width="${w}" height="${h}" role="img" aria-label="${escape(title)}">`,
    `<title>${escape(title)}</title>`,
    `<desc>${escape(description)}</desc>`,
    `<style>\n${styleOf(scope, theme)}\n</style>`,
    `<rect class="paper" width="${w}" height="${h}"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}
