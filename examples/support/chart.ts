// Line charts as SVG text: axes, ticks, grid, legend, readable on light and dark backgrounds.

export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  /** Range of the y axis. Default: what the points need, rounded. */
  readonly yRange?: readonly [low: number, high: number];
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
  .axis { stroke: #57606a; } .grid { stroke: #d8dee4; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #161b22; } text { fill: #e6edf3; } .axis { stroke: #8b949e; } .grid { stroke: #30363d; }
  }`;

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Round numbers that cover a range, about `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function ticks(low: number, high: number, count = 6): number[] {
  const span = high > low ? high - low : Math.abs(low) || 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

function extent(values: readonly number[]): [number, number] {
  const finite = values.filter((value) => Number.isFinite(value));
  if (finite.length === 0) return [0, 1];
  return finite.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
}

/** Maps a range to pixels. */
function scale([low, high]: readonly [number, number], from: number, to: number): (value: number) => number {
  return (value) => from + ((value - low) / (high - low || 1)) * (to - from);
}

function line(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}"/>`;
}

function text(x: number, y: number, anchor: 'start' | 'middle' | 'end', content: string, extra = ''): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${extra}>${escape(content)}</text>`;
}

type Point = readonly [number, number];

function polyline(points: readonly Point[], index: number): string {
  const colour = COLOURS[index % COLOURS.length] ?? '';
  const dash = DASHES[Math.floor(index / COLOURS.length) % DASHES.length] ?? '';
  const path = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  const dots = points.map(([x, y]) => `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="2.5" fill="${colour}"/>`);
  const curve = `<polyline fill="none" stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}" points="${path}"/>`;
  return points.length <= 40 ? curve + dots.join('') : curve;
}

/** One row between title and plot, where no curve can be. */
function legend(series: readonly Series[]): string {
  let x = PLOT.left;
  return series
    .map(({ name }, i) => {
      const key = polyline([[x, 44], [x + 22, 44]], i) + text(x + 28, 48, 'start', name); // prettier-ignore
      x += 46 + 6.5 * name.length;
      return key;
    })
    .join('\n');
}

function panel({ title, xLabel, yLabel, series, yRange }: Chart, offset: number): string {
  const points = series.flatMap((one) => one.points);
  const xs = extent(points.map(([x]) => x));
  const yTicks = ticks(...(yRange ?? extent(points.map(([, y]) => y))));
  const xTicks = ticks(...xs).filter((x) => x >= xs[0] && x <= xs[1]);
  const [left, right, top, bottom] = [PLOT.left, WIDTH - PLOT.right, PLOT.top, HEIGHT - PLOT.bottom];
  const toX = scale(xs, left, right);
  const toY = scale(yRange ?? [yTicks[0] ?? 0, yTicks.at(-1) ?? 1], bottom, top);
  const shownY = yTicks.filter((y) => toY(y) >= top - 0.5 && toY(y) <= bottom + 0.5);
  return [
    `<g transform="translate(${offset} 0)">`,
    text((left + right) / 2, 24, 'middle', title, ' class="title"'),
    ...shownY.map((y) => line('grid', left, toY(y), right, toY(y)) + text(left - 8, toY(y) + 4, 'end', String(y))),
    ...xTicks.map(
      (x) => line('axis', toX(x), bottom, toX(x), bottom + 5) + text(toX(x), bottom + 20, 'middle', String(x)),
    ),
    line('axis', left, top, left, bottom),
    line('axis', left, bottom, right, bottom),
    text((left + right) / 2, HEIGHT - 8, 'middle', xLabel),
    text(0, 0, 'middle', yLabel, ` transform="translate(14 ${(top + bottom) / 2}) rotate(-90)"`),
    ...series.map((one, i) => polyline(one.points.filter(([, y]) => Number.isFinite(y)).map(([x, y]) => [toX(x), toY(y)]), i)), // prettier-ignore
    legend(series),
    '</g>',
  ].join('\n');
}

/** One picture with the charts side by side. */
export function chartSvg(charts: readonly Chart[]): string {
  const width = WIDTH * charts.length;
  const names = charts.map(({ title }) => title).join(', ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${HEIGHT}" width="${width}" height="${HEIGHT}" role="img" aria-label="${escape(names)}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${HEIGHT}"/>`,
    ...charts.map((chart, i) => panel(chart, i * WIDTH)),
    '</svg>\n',
  ].join('\n');
}
