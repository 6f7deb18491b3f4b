// One chart: title, legend, axes and series, laid out so that nothing meets.
import { axisOf, extentOf, type Axis, type Extent, type Scale } from './axis.js';
import type { Frame } from './clip.js';
import { legendOf } from './legend.js';
import { short } from './numbers.js';
import { bars, curve, lookOf, type Bar, type Look, type Series } from './series.js';
import { fitted, line, px, text, textWidth, type Point } from './svg.js';

/** A chart: lines, dots or bars over two axes. */
export interface Chart {
  readonly title: string;
  readonly xLabel?: string | undefined;
  readonly yLabel?: string | undefined;
  readonly series: readonly Series[];
  /** Ends of the axes. Default: what the values need, the vertical one rounded. */
  readonly xRange?: readonly [number, number] | undefined;
  readonly yRange?: readonly [number, number] | undefined;
  /** Default `'linear'`. On a logarithmic axis values <= 0 are left out. */
  readonly xScale?: Scale | undefined;
  readonly yScale?: Scale | undefined;
  /** Names of x = 0, 1, 2 and so on, in place of numbers. */
  readonly categories?: readonly string[] | undefined;
  /** Whether the plot is as high as it is wide. Default false. */
  readonly square?: boolean | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Draws below the series, in pixels. */
export type Background = (frame: Frame, x: Axis, y: Axis) => readonly string[];

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly content: readonly string[];
  readonly description: string;
}

interface Shown {
  readonly series: Series;
  readonly look: Look;
}

function* coordinates(series: readonly Series[], axis: 0 | 1): Generator<number> {
  for (const { points } of series) for (const point of points) yield point[axis];
}

/** Half the width of a group of bars in values: 0.4 of the smallest distance between two. */
function halfGroup(series: readonly Series[]): number {
  const xs = [
    ...new Set(series.filter(({ style }) => style === 'bars').flatMap(({ points }) => points.map(([x]) => x))),
  ];
  const sorted = xs.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return 0;
  const gaps = sorted.slice(1).map((x, i) => x - sorted[i]!);
  return 0.4 * gaps.reduce((least, gap) => Math.min(least, gap), Math.min(gaps[0] ?? 1, 1e300));
}

/** The horizontal extent, with room for whole bars and all categories. */
function xExtent({ series, categories }: Chart, room: number): Extent {
  const extent = extentOf(coordinates(series, 0));
  const { low, high } = categories ? { low: 0, high: categories.length - 1 } : extent;
  if (room === 0 && !categories) return extent;
  const more = Math.max(room * 1.25, categories ? 0.5 : 0);
  return { ...extent, low: low - more, high: high + more, whole: false };
}

/** Labels of the horizontal axis that do not touch each other. */
function xTicks({ ticks }: Axis, { left, right }: Frame, edge: number, always: boolean): string[] {
  const room = (right - left) / Math.max(1, ticks.length);
  const widest = ticks.reduce((most, { label }) => Math.max(most, textWidth(label)), 0);
  const every = always && room > 24 ? 1 : Math.max(1, Math.ceil((widest + 10) / Math.max(1, room)));
  return ticks
    .filter((_, i) => i % every === 0)
    .map(({ at, label }) => {
      const name = always ? fitted(label, room * every - 4) : label;
      const half = textWidth(name) / 2;
      return text(Math.max(half, Math.min(edge - half, at)), 0, 'middle', name);
    });
}

function categoryAxis(axis: Axis, categories: readonly string[]): Axis {
  return { ...axis, ticks: categories.map((label, i) => ({ at: axis.toPixel(i), label })) };
}

/** Axes, grid, ticks and their labels, without what lies within. */
function frameOf(chart: Chart, frame: Frame, x: Axis, y: Axis, width: number): { below: string[]; above: string[] } {
  const { left, right, top, bottom } = frame;
  const { xLabel = '', yLabel = '', categories } = chart;
  const middle = (left + right) / 2;
  const below = y.ticks.map(({ at }) => line('grid', [left, at], [right, at]));
  const above = [
    ...y.ticks.map(({ at, label }) => text(left - 8, at + 4, 'end', label)),
    categories ? '' : x.ticks.map(({ at }) => line('axis', [at, bottom], [at, bottom + 5])).join(''),
    `<g transform="translate(0 ${px(bottom + 20)})">${xTicks(x, frame, width, categories !== undefined).join('')}</g>`,
    line('axis', [left, top], [left, bottom]) + line('axis', [left, bottom], [right, bottom]),
    xLabel && text(middle, bottom + 40, 'middle', fitted(xLabel, width - 8)),
    yLabel && text(0, 0, 'middle', fitted(yLabel, bottom - top + 40), ` transform="translate(14 ${px((top + bottom) / 2)}) rotate(-90)"`), // prettier-ignore
  ];
  return { below, above: above.filter((part) => part !== '') };
}

/** Bars of one series, beside those of the others, cut at both sides of the frame. */
function barsOf(
  { points }: Series,
  share: readonly [at: number, of: number],
  half: number,
  { left, right }: Frame,
  x: Axis,
  y: Axis,
): Bar[] {
  const [at, of] = share;
  const inside = (pixel: number): number => Math.max(left, Math.min(right, Number.isNaN(pixel) ? left : pixel));
  return points
    .filter(([value]) => Number.isFinite(x.toPixel(value)))
    .map(([value, height]) => {
      const from = inside(x.toPixel(value - half + (2 * half * at) / of));
      const to = inside(x.toPixel(value - half + (2 * half * (at + 1)) / of));
      return { x: from, width: Math.max(0.5, to - from - (of > 1 ? 1 : 0)), y: y.toPixel(height) };
    });
}

function seriesOf(chart: Chart, shown: readonly Shown[], frame: Frame, x: Axis, y: Axis, half: number): string[] {
  const inPixels = ({ points }: Series): Point[] => points.map(([a, b]) => [x.toPixel(a), y.toPixel(b)]);
  const guides = chart.series.filter(({ style }) => style === 'guide');
  const barred = shown.filter(({ series }) => series.style === 'bars');
  const foot = y.isLog ? frame.bottom : y.toPixel(0);
  const plain: Look = { colour: 0, dash: '', dotted: false };
  return [
    ...guides.map((series) => curve(inPixels(series), 'guide', plain, frame)),
    ...barred.map(({ series, look }, i) =>
      bars(barsOf(series, [i, barred.length], half, frame, x, y), foot, look, frame),
    ),
    ...shown
      .filter(({ series }) => series.style !== 'bars')
      .map(({ series, look }) => curve(inPixels(series), series.style, look, frame)),
  ].filter((part) => part !== '');
}

/** What the chart says, in words. */
function describe({ title, xLabel, yLabel }: Chart, shown: readonly Shown[]): string {
  const axes = [yLabel, xLabel].filter(Boolean).join(' over ');
  const each = shown.map(({ series: { name, points } }) => {
    const { low, high } = extentOf(coordinates([{ name, points }], 1));
    const last = points.findLast(([, y]) => Number.isFinite(y))?.[1] ?? NaN;
    const values = high >= low ? `, from ${short(low)} to ${short(high)}, the last ${short(last)}` : '';
    return `${fitted(name, 400)}: ${points.length} ${points.length === 1 ? 'point' : 'points'}${values}.`;
  });
  const listed = each.slice(0, 12).concat(each.length > 12 ? [`And ${each.length - 12} more.`] : []);
  return [`${title}${axes && `: ${axes}`}.`, ...(each.length > 0 ? listed : ['No data.'])].join(' ');
}

/** Lays a chart out and draws it. */
export function panelOf(chart: Chart, size: Point, background?: Background): Panel {
  const { width = size[0], categories, square = false } = chart;
  const shown = chart.series
    .filter(({ style }) => style !== 'guide')
    .map((series, i): Shown => ({ series, look: lookOf(series, i) }));
  const below = 28 + (chart.xLabel ? 20 : 0);
  const right = width - 20;
  const half = halfGroup(chart.series);
  const yExtent = extentOf(coordinates(chart.series, 1));
  const yAxisTo = (bottom: number, top: number): Axis =>
    axisOf(yExtent, [bottom, top], {
      scale: chart.yScale ?? 'linear',
      range: chart.yRange,
      zero: half > 0,
      about: Math.max(2, Math.min(6, Math.floor((bottom - top) / 36))),
    });
  // The labels of the axis decide where the legend begins, and the legend how long the axis is.
  const trial = yAxisTo(Math.max(90, (chart.height ?? size[1]) - below), 62);
  const labels = trial.ticks.reduce((most, { label }) => Math.max(most, textWidth(label)), 0);
  const left = Math.min(width / 2, (chart.yLabel ? 26 : 8) + labels + 8);
  const legend = legendOf(shown.filter(({ series }) => series.name !== ''), width - left - 8); // prettier-ignore
  const top = 36 + legend.height + (legend.height > 0 ? 8 : 0);
  const height = chart.height ?? size[1] + Math.max(0, legend.height - 36);
  const bottom = square && chart.height === undefined ? top + right - left : Math.max(top + 40, height - below);
  const frame: Frame = { left, right, top, bottom };
  const y = yAxisTo(bottom, top);
  const about = Math.max(2, Math.min(8, Math.floor((right - left) / 70)));
  const numbers = axisOf(xExtent(chart, half), [left, right], { scale: chart.xScale ?? 'linear', range: chart.xRange, exact: true, about }); // prettier-ignore
  const x = categories ? categoryAxis(numbers, categories) : numbers;
  const drawn = frameOf(chart, frame, x, y, width);
  const isEmpty = chart.series.every(({ points }) => points.length === 0) && !background;
  const content = [
    text(left, 22, 'start', fitted(chart.title, width - left - 8, 15), ' class="title"'),
    ...legend.draw(left, 34),
    ...(background ? background(frame, x, y) : drawn.below),
    ...seriesOf(chart, shown, frame, x, y, half),
    ...drawn.above,
    ...(isEmpty ? [text((left + right) / 2, (top + bottom) / 2, 'middle', 'no data')] : []),
  ];
  return { width, height: bottom + below, content, description: describe(chart, shown) };
}
