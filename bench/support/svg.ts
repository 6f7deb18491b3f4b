// The bars of a family as an SVG picture, readable on light and dark backgrounds.
import { inUnit, type Results } from './family.js';
import { figure } from './report.js';

const WIDTH = 760;
const LEFT = 250;
const RIGHT = 80;
const BAR = 12;
const GAP = 14;
const TOP = 74;

// The colours of Okabe and Ito (2008), which colour-blind readers can distinguish; the others are grey.
const OURS = ['#0072b2', '#56b4e9'];
const OTHERS = ['#b8b8b8', '#8f8f8f', '#d55e00', '#e69f00'];

const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .paper { fill: #ffffff; } text { fill: #24292f; } .title { font-size: 15px; font-weight: 600; } .small { font-size: 10px; }
  .peak { stroke: #cf222e; stroke-dasharray: 4 3; }
  @media (prefers-color-scheme: dark) { .paper { fill: #161b22; } text { fill: #e6edf3; } .peak { stroke: #ff7b72; } }`;

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function colours({ others, cases }: Results): Map<string, string> {
  const names = [...new Set(cases.flatMap(({ seconds }) => Object.keys(seconds)))];
  const own = names.filter((name) => !others.includes(name));
  const pick = (list: readonly string[], i: number): string => list[i % list.length] ?? '';
  return new Map([
    ...names.filter((name) => others.includes(name)).map((name, i) => [name, pick(OTHERS, i)] as const),
    ...own.map((name, i) => [name, pick(OURS, i)] as const),
  ]);
}

function legend(colour: ReadonlyMap<string, string>): string {
  let x = LEFT;
  return [...colour]
    .map(([name, fill]) => {
      const entry = `<rect x="${x}" y="44" width="10" height="10" fill="${fill}"/><text x="${x + 14}" y="53">${escape(name)}</text>`;
      x += 30 + 7 * name.length;
      return entry;
    })
    .join('\n');
}

/** Horizontal bars, grouped by case. If there is a peak, it is the full width of each group. */
export function barSvg(results: Results): string {
  const { unit, title, cases, shareOfPeak, machine } = results;
  const colour = colours(results);
  const plot = WIDTH - LEFT - RIGHT;
  const parts: string[] = [];
  let y = TOP;
  for (const { name, seconds, work, peak } of cases) {
    const values = [...colour.keys()].flatMap((candidate) => {
      const time = seconds[candidate];
      return time === undefined ? [] : [{ candidate, value: inUnit(unit, time, work) }];
    });
    const full = shareOfPeak ? peak.best / 1e9 : Math.max(...values.map(({ value }) => value));
    const height = values.length * BAR;
    parts.push(`<text x="${LEFT - 10}" y="${y + height / 2 + 4}" text-anchor="end">${escape(name)}</text>`);
    values.forEach(({ candidate, value }, i) => {
      const width = ((value / full) * plot).toFixed(1);
      const top = y + i * BAR;
      const fill = colour.get(candidate) ?? '';
      parts.push(`<rect x="${LEFT}" y="${top}" width="${width}" height="${BAR - 2}" fill="${fill}"/>`);
      const end = (LEFT + 4 + Number(width)).toFixed(1);
      parts.push(`<text class="small" x="${end}" y="${top + 9}">${figure(value)}</text>`);
    });
    if (shareOfPeak)
      parts.push(`<line class="peak" x1="${LEFT + plot}" y1="${y - 2}" x2="${LEFT + plot}" y2="${y + height}"/>`);
    y += height + GAP;
  }
  const note = `${unit}${shareOfPeak ? '; dashed line: arithmetic peak of one core' : ''} · ${machine.processor}, ${machine.runtime}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y + 24}" width="${WIDTH}" height="${y + 24}">
<style>${STYLE}</style>
<rect class="paper" width="100%" height="100%"/>
<text class="title" x="16" y="26">${escape(title)}</text>
${legend(colour)}
${parts.join('\n')}
<text class="small" x="16" y="${y + 10}">${escape(note)}</text>
</svg>
`;
}
