import { axisOf, extentOf } from './axis.js';
import { pictureOptions, sizeOptions, type ChartOptions } from './options.js';
import { fitted, line, px, svgOf, text, textWidth, type Point } from './svg.js';
import { columnsOf, type Column, type Searched } from './trials.js';

export interface ParallelCoordinatesOptions extends ChartOptions {
  /** The score of the last axis: `'loss'` or the name of a metric. Default `'loss'`. */
  readonly monitor?: string | undefined;
}

/** An axis from the bottom to the top: where values lie, and what is written beside it. */
interface Upright {
  readonly name: string;
  readonly placeOf: (value: number | string | undefined) => number;
  readonly marks: readonly { readonly at: number; readonly label: string }[];
}

const WHERE = 'parallelCoordinates';
/** Pixels of an axis and the room beside it. */
const STEP = 120;
const TOP = 64;
const BOTTOM = 44;
const SIDE = 24;
/** Lines that are drawn, the best ones. */
const MOST_LINES = 1000;
/** More words than this are not written beside an axis. */
const MOST_WORDS = 24;

/** `[bottom, top]`; what a trial does not have lies a little below the bottom. */
function uprightOf({ name, values }: Column, [bottom, top]: readonly [number, number]): Upright {
  const numbers = values.filter((value) => typeof value === 'number');
  const missing = bottom + 18;
  const absent = values.includes(undefined) ? [{ at: missing, label: 'none' }] : [];
  if (numbers.length > 0) {
    const { ticks, toPixel } = axisOf(extentOf(numbers), [bottom, top], { scale: 'auto', exact: true });
    return {
      name,
      placeOf: (value) => (typeof value === 'number' ? toPixel(value) : missing),
      marks: [...ticks, ...absent],
    };
  }
  const words = [...new Set(values.filter((value) => value !== undefined))].map(String).sort();
  const placeOf = (word: string): number => bottom + ((words.indexOf(word) + 0.5) / words.length) * (top - bottom);
  const shown = words.length <= MOST_WORDS ? words : [];
  const marks = shown.map((label) => ({ at: placeOf(label), label }));
  return {
    name,
    placeOf: (value) => (value === undefined ? missing : placeOf(String(value))),
    marks: [...marks, ...absent],
  };
}

function drawAxis({ name, marks }: Upright, x: number, [bottom, top]: readonly [number, number]): string[] {
  return [
    line('axis', [x, bottom], [x, top]),
    text(x, top - 14, 'middle', fitted(name, STEP - 12)),
    ...marks.map(
      ({ at, label }) =>
        line('axis', [x - 4, at], [x, at]) +
        text(
          x - 7,
          at + 4,
          'end',
          fitted(label, STEP - 40, 11),
          ' class="small halo" stroke-width="3" paint-order="stroke"',
        ),
    ),
  ];
}

/** A trial; the best ones in another colour, the very best one bold. */
function drawTrial(points: readonly Point[], place: number, count: number): string {
  const places = points.map(([x, y]) => `${px(x)},${px(y)}`).join(' ');
  const look = place === 0 ? ['c1', 3, 1] : place < count / 5 ? ['c1', 1.5, 0.8] : ['c0', 1, 0.35];
  const [colour, width, opacity] = look;
  return `<g class="${colour}"><polyline fill="none" stroke="currentColor" stroke-width="${width}" stroke-opacity="${opacity}" stroke-linejoin="round" points="${places}"/></g>`;
}

/**
 * Trials as lines across an axis for each hyperparameter, and one for the score. The best fifth has a colour of its own,
 * and the best trial is bold. Axes of positive numbers over two decades are logarithmic. A trial that does not have a
 * hyperparameter passes below its axis. Hyperparameters that are always the same, and failed trials, are left out.
 *
 * @param result what `randomSearch`, `tpe`, `gridSearch`, ... return, or `{ trials }`, the best one first
 * @param options `monitor` (default `'loss'`), `title`, `width`, `height`, `theme`
 * @returns an SVG document as text
 * @throws TypeError, RangeError
 * @example
 * ```ts
 * import { parallelCoordinates } from 'wasmgrad/plot';
 * const trials = [
 *   { point: { learningRate: 0.01, optimizer: 'adam' }, mean: { loss: 0.2 } },
 *   { point: { learningRate: 0.1, optimizer: 'sgd' }, mean: { loss: 0.5 } },
 * ];
 * console.log(parallelCoordinates({ trials }).includes('learningRate')); // true
 * ```
 */
export function parallelCoordinates(result: Searched, options: ParallelCoordinatesOptions = {}): string {
  const picture = pictureOptions(WHERE, options, 'Trials', ['monitor', 'width', 'height']);
  const size = sizeOptions(WHERE, options);
  const { columns, scores, without, monitor } = columnsOf(WHERE, result, options.monitor);
  const height = size.height ?? 380;
  const span = [height - BOTTOM, TOP] as const;
  const all = [...columns, { name: monitor, values: scores }].map((column) => uprightOf(column, span));
  const labels = Math.max(0, ...(all[0]?.marks ?? []).map(({ label }) => textWidth(label, 11)));
  const left = SIDE + Math.max(STEP / 2, Math.min(STEP, labels + 12));
  const width = size.width ?? left + (all.length - 1) * STEP + STEP / 2 + SIDE;
  const step = (width - left - STEP / 2 - SIDE) / Math.max(1, all.length - 1);
  const xOf = (axis: number): number => left + axis * step;
  const lines = scores.slice(0, MOST_LINES).map((_, trial) => {
    const points = all.map(({ placeOf }, axis): Point => {
      const values = columns[axis]?.values ?? scores;
      return [xOf(axis), placeOf(values[trial])];
    });
    return drawTrial(points, trial, scores.length);
  });
  const failed = without > 0 ? `, ${without} without a score left out` : '';
  const description = `${picture.title}: ${scores.length} trials over ${columns.map(({ name }) => name).join(', ') || 'no hyperparameter'} and ${monitor}${failed}.`;
  const content = [
    text(SIDE, 24, 'start', fitted(picture.title, width - 2 * SIDE, 14), ' class="title"'),
    ...lines.reverse(), // the best one on top
    ...all.flatMap((axis, i) => drawAxis(axis, xOf(i), span)),
  ];
  return svgOf({ ...picture, width, height, description, content });
}
