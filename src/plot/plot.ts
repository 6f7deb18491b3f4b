import { flag, finiteNumber, isPlain, knownOptions, listLike, oneOf, show, wholeNumber } from '../core/checks.js';
import { refuse } from '../core/errors.js';
import type { Scale } from './axis.js';
import { labelsOf, sizeOptions, stringOf, themeOf, type Theme } from './options.js';
import { panelOf, type Chart } from './panel.js';
import type { Series } from './series.js';
import { ALONE, BESIDE, sheetOf } from './sheet.js';

export interface PlotOptions {
  /** Colours. Default `'auto'`: light or dark as the reader's system is. */
  readonly theme?: Theme | undefined;
  /** Charts in a row. Default 2. */
  readonly columns?: number | undefined;
}

const WHERE = 'plot';
const SCALES: readonly Scale[] = ['linear', 'log', 'auto'];
const STYLES = ['line', 'dots', 'bars', 'guide'] as const;
const CHART = ['title', 'xLabel', 'yLabel', 'series', 'xRange', 'yRange', 'xScale', 'yScale', 'categories', 'square', 'width', 'height']; // prettier-ignore
const MOST_CHARTS = 64;

function pairOf(what: string, value: unknown): readonly [number, number] {
  const given: unknown = value;
  if (!Array.isArray(given) || given.length !== 2) refuse(TypeError, WHERE, `${what} to be [low, high]`, show(value));
  const [low, high] = [0, 1].map((i) => finiteNumber(WHERE, `${what}[${i}]`, given[i]));
  if (low === undefined || high === undefined || !(low < high))
    refuse(RangeError, WHERE, `${what} to be [low, high] with low < high`, show(value));
  return [low, high];
}

function pointsOf(name: string, points: unknown): readonly (readonly [number, number])[] {
  if (!Array.isArray(points)) refuse(TypeError, WHERE, `points of ${show(name)} to be an array`, show(points));
  const list: readonly unknown[] = points;
  return Array.from(list, (point, i): readonly [number, number] => {
    const [x, y] = Array.isArray(point) && point.length === 2 ? (point as readonly unknown[]) : [];
    if (typeof x === 'number' && typeof y === 'number') return [x, y];
    refuse(
      TypeError,
      WHERE,
      `points of ${show(name)} to be pairs [x, y] of numbers`,
      `${show(point)} at position ${i}`,
    );
  });
}

function seriesOf(given: Series): Series {
  knownOptions(WHERE, given, ['name', 'points', 'style', 'colour', 'dashed']);
  const name = stringOf(WHERE, 'name of a series', given.name);
  return {
    name,
    points: pointsOf(name, given.points),
    style: oneOf(WHERE, 'style', given.style ?? 'line', STYLES),
    colour: given.colour === undefined ? undefined : wholeNumber(WHERE, 'colour', given.colour, { min: 0 }),
    dashed: given.dashed === undefined ? undefined : flag(WHERE, 'dashed', given.dashed),
  };
}

function chartOf(given: Chart): Chart {
  knownOptions(WHERE, given, CHART);
  const { title, xLabel = '', yLabel = '', xRange, yRange, xScale = 'linear', yScale = 'linear', categories } = given;
  const all: unknown = given.series;
  if (!Array.isArray(all)) refuse(TypeError, WHERE, 'series to be an array', show(all));
  return {
    title: stringOf(WHERE, 'title', title),
    xLabel: stringOf(WHERE, 'xLabel', xLabel),
    yLabel: stringOf(WHERE, 'yLabel', yLabel),
    series: Array.from(given.series, seriesOf),
    xRange: xRange && pairOf('xRange', xRange),
    yRange: yRange && pairOf('yRange', yRange),
    xScale: oneOf(WHERE, 'xScale', xScale, SCALES),
    yScale: oneOf(WHERE, 'yScale', yScale, SCALES),
    categories: categories && labelsOf(WHERE, categories, 1),
    square: flag(WHERE, 'square', given.square ?? false),
    ...sizeOptions(WHERE, given),
  };
}

/**
 * One chart, or several side by side, of lines, dots and bars.
 *
 * @param charts a chart, or an array of charts; see `Chart` and `Series`
 * @param options `theme`; `columns`: charts in a row, default 2
 * @returns an SVG document as text
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { plot } from 'wasmgrad/plot';
 * const points = [1, 2, 3, 4].map((x): [number, number] => [x, x * x]);
 * const svg = plot({ title: 'Squares', xLabel: 'x', yLabel: 'x²', series: [{ name: 'x²', points }] });
 * console.log(svg.startsWith('<svg')); // true
 * ```
 */
export function plot(charts: Chart | readonly Chart[], options: PlotOptions = {}): string {
  const given: unknown = charts;
  if (!Array.isArray(given) && !isPlain(given)) refuse(TypeError, WHERE, 'a chart or an array of charts', show(given));
  knownOptions(WHERE, options, ['theme', 'columns']);
  const columns = wholeNumber(WHERE, 'columns', options.columns ?? 2, { min: 1, max: MOST_CHARTS });
  const theme = themeOf(WHERE, options.theme);
  const list = isList(charts) ? Array.from(listLike(WHERE, 'charts', charts)) : [charts];
  if (list.length < 1 || list.length > MOST_CHARTS)
    refuse(RangeError, WHERE, `1 to ${MOST_CHARTS} charts`, list.length);
  const size = list.length === 1 ? ALONE : BESIDE;
  const panels = list.map(chartOf).map((chart) => panelOf(chart, size));
  return sheetOf(panels, { title: list.map(({ title }) => title).join(', '), theme, columns });
}

function isList(charts: Chart | readonly Chart[]): charts is readonly Chart[] {
  return Array.isArray(charts);
}
