// Line charts as SVG text: axes, ticks, grid, legend, readable on light and dark backgrounds.
import { axisOf, ticks, type Axis, type ScaleName } from './axis.js';

export { ticks };

type Point = readonly [x: number, y: number];

export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
  /** `'guide'`: a thin grey line without an entry in the legend. Default `'line'`. */
  readonly style?: 'line' | 'dots' | 'guide';
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Ends of the axes. Default: what the values need, the vertical one rounded. */
  readonly xRange?: Point;
  readonly yRange?: Point;
  /** Default `'linear'`. On a logarithmic axis values <= 0 are left out. */
  readonly xScale?: ScaleName;
  readonly yScale?: ScaleName;
}

const WIDTH = 520;
const HEIGHT = 360;
const PLOT = { left: 64, right: 16, top: 64, bottom: 48 };

// The eight colours of Okabe and Ito (2008) that differ for colour-blind readers too, without yellow and black.
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00'];
const DASHES = ['', '6 3', '2 3'];

const STYLE = `
  svg { font: 12px system-ui, sans-serif; }
  .paper { fill: #ffffff; } text { fill: #24292f; } .title { font-size: 14px; font-weight: 600; }
  .axis { stroke: #57606a; } .grid { stroke: #d8dee4; } .guide { stroke: #afb8c1; fill: none; } .box { fill: #ddf4ff; stroke: #57606a; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #161b22; } text { fill: #e6edf3; } .axis { stroke: #8b949e; } .grid { stroke: #30363d; }
    .guide { stroke: #484f58; } .box { fill: #0c2d6b; stroke: #8b949e; }
  }`;

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
}

export function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, extra = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${extra}>${escape(content)}</text>`;
}

/** One series in pixels; the index picks its colour. */
function curve(points: readonly Point[], style: Series['style'], index: number): string {
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  if (style === 'guide') return `<polyline class="guide" points="${path}"/>`;
  const colour = COLOURS[index % COLOURS.length] ?? '';
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length] ?? '';
  const dots = points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5" fill="${colour}"/>`);
  if (style === 'dots') return dots.join('');
  const drawn = `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${path}"/>`;
  return points.length <= 40 ? drawn + dots.join('') : drawn;
}

/** One row between title and plot, where no curve can be; two when one is too short. */
function legend(series: readonly Series[]): string {
  const widthOf = ({ name }: Series): number => 46 + 6.5 * name.length;
  const total = series.reduce((sum, one) => sum + widthOf(one), 0);
  const rows = total > WIDTH - PLOT.left ? 2 : 1;
  let [x, y] = [PLOT.left, rows === 2 ? 38 : 44];
  return series
    .map((one, i) => {
      if (rows === 2 && i === Math.ceil(series.length / 2)) [x, y] = [PLOT.left, 54];
      const key = one.style === 'dots' ? ([[x + 11, y]] as const) : ([[x, y], [x + 22, y]] as const); // prettier-ignore
      const entry = curve(key, one.style, i) + text(x + 28, y + 4, 'start', one.name);
      x += widthOf(one);
      return entry;
    })
    .join('\n');
}

/** The frame of a plot: title, grid, ticks and labels. */
function frame({ title, xLabel, yLabel }: Chart, xAxis: Axis, yAxis: Axis): string[] {
  const [left, right, top, bottom] = [PLOT.left, WIDTH - PLOT.right, PLOT.top, HEIGHT - PLOT.bottom];
  return [
    text((left + right) / 2, 24, 'middle', title, ' class="title"'),
    ...yAxis.ticks.map(({ at, label }) => line('grid', left, at, right, at) + text(left - 8, at + 4, 'end', label)),
    ...xAxis.ticks.map(
      ({ at, label }) => line('axis', at, bottom, at, bottom + 5) + text(at, bottom + 20, 'middle', label),
    ),
    line('axis', left, top, left, bottom),
    line('axis', left, bottom, right, bottom),
    text((left + right) / 2, HEIGHT - 8, 'middle', xLabel),
    text(0, 0, 'middle', yLabel, ` transform="translate(14 ${(top + bottom) / 2}) rotate(-90)"`),
  ];
}

function panel(chart: Chart, offset: number): string {
  const points = chart.series.flatMap((one) => one.points);
  const [left, right, top, bottom] = [PLOT.left, WIDTH - PLOT.right, PLOT.top, HEIGHT - PLOT.bottom];
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const xAxis = axisOf(xs, chart.xScale ?? 'linear', [left, right], { range: chart.xRange, exact: true });
  const yAxis = axisOf(ys, chart.yScale ?? 'linear', [bottom, top], { range: chart.yRange });
  const inPixels = (given: readonly Point[]): Point[] =>
    given
      .map(([x, y]): Point => [xAxis.toPixel(x), yAxis.toPixel(y)])
      .filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y));
  const guides = chart.series.filter(({ style }) => style === 'guide');
  const shown = chart.series.filter(({ style }) => style !== 'guide');
  const clip = `plot${offset}`;
  return [
    `<g transform="translate(${offset} 0)">`,
    `<clipPath id="${clip}"><rect x="${left - 4}" y="${top - 4}" width="${right - left + 8}" height="${bottom - top + 8}"/></clipPath>`,
    ...frame(chart, xAxis, yAxis),
    `<g clip-path="url(#${clip})">`,
    ...guides.map((one) => curve(inPixels(one.points), 'guide', 0)),
    ...shown.map((one, i) => curve(inPixels(one.points), one.style, i)),
    '</g>',
    legend(shown),
    '</g>',
  ].join('\n');
}

/** An SVG document with our style. */
export function svg(width: number, height: number, label: string, content: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(label)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...content,
    '</svg>\n',
  ].join('\n');
}

/** One picture with the charts side by side. */
export function chartSvg(charts: readonly Chart[]): string {
  return svg(
    WIDTH * charts.length,
    HEIGHT,
    charts.map(({ title }) => title).join(', '),
    charts.map((chart, i) => panel(chart, i * WIDTH)),
  );
}
